"""The office's pages for the Buchungsstart of semesters and Programmbereiche."""

from flask import Response, flash

from kmz import clock
from kmz.accounts.current import get_staff
from kmz.catalog import queries
from kmz.catalog.actions import booking_openings as actions
from kmz.catalog.forms.openings import MomentForm, OpeningForm
from kmz.catalog.forms.typed import DAY_BEGINS, write_moment
from kmz.catalog.opening_queries import get_opening, list_openings
from kmz.catalog.staff_views import blueprint
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.pages import form_page, see_other


@blueprint.get("/buchungsstart")
@staff_only("office")
def show_openings() -> Response:
    return _list_page(_offered(OpeningForm(None)))


@blueprint.post("/buchungsstart")
@staff_only("office")
def add_opening() -> Response:
    form = _offered(OpeningForm())
    if form.validate():
        try:
            actions.add_opening(
                form.semester.data, form.area.data or None, form.moment, by=get_staff()
            )
        except RefusedError as refusal:
            form.add_problems(refusal.problems)
        else:
            return _saved("Der Buchungsstart ist gespeichert.")
    return _list_page(form)


@blueprint.get("/buchungsstart/<int:opening_id>")
@staff_only("office")
def edit_opening(opening_id: int) -> Response:
    opens = write_moment(get_opening(opening_id).opens_at, default=DAY_BEGINS)
    return _edit_page(opening_id, MomentForm(None, opens=opens))


@blueprint.post("/buchungsstart/<int:opening_id>")
@staff_only("office")
def move_opening(opening_id: int) -> Response:
    form = MomentForm()
    if not form.validate():
        return _edit_page(opening_id, form)
    actions.move_opening(opening_id, form.moment, by=get_staff())
    return _saved("Der Buchungsstart ist geändert.")


@blueprint.post("/buchungsstart/<int:opening_id>/loeschung")
@staff_only("office")
def delete_opening(opening_id: int) -> Response:
    actions.delete_opening(opening_id, by=get_staff())
    return _saved("Der Buchungsstart ist gelöscht.")


def _saved(sentence: str) -> Response:
    flash(f"{sentence} Er gilt ab sofort für alle Kurse ohne eigene Zeit.", "success")
    return see_other(".show_openings")


def _offered(form: OpeningForm) -> OpeningForm:
    form.offer(areas=queries.all_areas(), semesters=queries.semesters_to_choose())
    return form


def _list_page(form: OpeningForm) -> Response:
    return form_page(
        "catalog/admin/show_openings.html", form, openings=list_openings(), now=clock.now()
    )


def _edit_page(opening_id: int, form: MomentForm) -> Response:
    return form_page("catalog/admin/edit_opening.html", form, opening=get_opening(opening_id))
