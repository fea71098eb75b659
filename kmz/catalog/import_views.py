"""The office's pages for imports, mounted under /verwaltung."""

from flask import Blueprint, Response, flash, request

from kmz.accounts.current import get_staff
from kmz.catalog.actions.import_protection import release_fields
from kmz.web.access import staff_only
from kmz.web.pages import see_other

blueprint = Blueprint("staff_imports", __name__)


@blueprint.post("/kurse/<int:course_id>/importschutz")
@staff_only("office")
def release(course_id: int) -> Response:
    """Give the ticked fields of a course back to its feed."""
    if release_fields(course_id, set(request.form.getlist("fields")), by=get_staff()):
        flash("Beim nächsten Import gilt für diese Angaben wieder die Kursdatei.", "success")
    else:
        flash("Bitte kreuzen Sie mindestens eine Angabe an.", "error")
    return see_other("staff_courses.edit_course", course_id=course_id)
