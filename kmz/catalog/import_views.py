"""The office's pages for imports, mounted under /verwaltung."""

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, request, url_for

from kmz.accounts.current import current_login, get_staff
from kmz.catalog import import_queries as queries
from kmz.catalog.actions import import_runs as actions
from kmz.catalog.actions.import_protection import release_fields
from kmz.catalog.forms.import_file import ImportForm
from kmz.catalog.imports import uploads
from kmz.catalog.imports.formats import FORMATS
from kmz.catalog.imports.table.columns import FIELDS
from kmz.catalog.imports.table.table_format import template
from kmz.catalog.models import ImportRun
from kmz.catalog.protection import FIELD_NAMES
from kmz.errors import RefusedError
from kmz.web.access import staff_only, unattended
from kmz.web.pages import form_page, page, see_other
from kmz.web.paging import page_count, wanted_page

blueprint = Blueprint("staff_imports", __name__)

_TOO_LARGE = 413
# What surrounds the file in a request.
_FORM_BYTES = 64 * 1024
_LISTS = ("findings", "offline", "protected")
_TEMPLATE_NAME = "kurse-vorlage.csv"


@blueprint.url_value_preprocessor
def _allow_large_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the request; only who may hand in a file may send that much."""
    if endpoint != "staff_imports.hand_in":
        return
    login = current_login()
    if login and login.second_factor_at and login.staff and login.staff.role in {"office", "admin"}:
        request.max_content_length = uploads.MAX_FEED + _FORM_BYTES


@blueprint.get("/importe")
@staff_only("office")
def list_imports() -> Response:
    return _list_page(ImportForm(None))


def _list_page(form: ImportForm) -> Response:
    wanted = wanted_page()
    runs, total = queries.list_runs(wanted)
    answer = form_page(
        "catalog/admin/list_imports.html",
        form,
        runs=runs,
        formats=FORMATS,
        is_at_work=queries.is_at_work,
        page_number=wanted,
        page_count=page_count(total, queries.PAGE_SIZE),
    )
    if form.is_too_large:
        answer.status_code = _TOO_LARGE
    return answer


@blueprint.post("/importe")
@staff_only("office")
def hand_in() -> Response:
    form = ImportForm()
    file = form.course_file()
    if file is None:
        return _list_page(form)
    run_id = actions.hand_in(file, by=get_staff())
    flash("Die Datei ist da. Bitte prüfen Sie gleich die Vorschau.", "success")
    return see_other(".show_import", run_id=run_id)


@blueprint.get("/importe/vorlage.csv")
@staff_only("office")
def download_template() -> Response:
    response = make_response(template())
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{_TEMPLATE_NAME}"'
    return response


@blueprint.get("/importe/<int:run_id>")
@staff_only("office")
def show_import(run_id: int) -> Response:
    return _run_page(queries.get_run(run_id))


@blueprint.get("/importe/<int:run_id>/stand")
@unattended
@staff_only("office")
def show_state(run_id: int) -> Response:
    """The same, asked again and again by the page while a worker is busy."""
    return _run_page(queries.get_run(run_id))


def _run_page(run: ImportRun, refusal: RefusedError | None = None) -> Response:
    chosen = request.args.get("liste", _LISTS[0])
    name = chosen if chosen in _LISTS else _LISTS[0]
    rows = run.report.get(name, [])
    wanted = wanted_page()
    begin = (wanted - 1) * queries.PAGE_SIZE
    return page(
        "catalog/admin/show_import.html",
        status=422 if refusal else 200,
        fragments=("report",),
        run=run,
        report=run.report,
        format_label=FORMATS[run.file_format].label,
        problems=refusal.problems if refusal else [],
        is_at_work=queries.is_at_work(run),
        list_name=name,
        rows=rows[begin : begin + queries.PAGE_SIZE],
        page_number=wanted,
        page_count=page_count(len(rows), queries.PAGE_SIZE),
        # Not `page_address`: what the page asks for by itself has another address.
        address_of=lambda number: url_for(".show_import", run_id=run.id, liste=name, seite=number),
        table=queries.table_of(run) if run.state == "previewed" else None,
        fields=FIELDS,
        field_names=FIELD_NAMES,
    )


@blueprint.post("/importe/<int:run_id>/spalten")
@staff_only("office")
def choose_columns(run_id: int) -> Response:
    """Read a table again with the columns as chosen."""
    run = queries.get_run(run_id)
    table = queries.table_of(run)
    if table is None:
        abort(404)
    chosen = {field: request.form.get(f"column-{field}", "") for field in FIELDS}
    usable = {field: name for field, name in chosen.items() if name in ("", *table.headers)}
    try:
        actions.choose_columns(run_id, usable, by=get_staff())
    except RefusedError as refusal:
        return _run_page(run, refusal)
    return see_other(".show_import", run_id=run_id)


@blueprint.post("/importe/<int:run_id>/uebernahme")
@staff_only("office")
def take_over(run_id: int) -> Response:
    try:
        actions.take_over(run_id, may_shrink="may_shrink" in request.form, by=get_staff())
    except RefusedError as refusal:
        return _run_page(queries.get_run(run_id), refusal)
    return see_other(".show_import", run_id=run_id)


@blueprint.post("/importe/<int:run_id>/verwerfen")
@staff_only("office")
def discard(run_id: int) -> Response:
    try:
        actions.discard(run_id, by=get_staff())
    except RefusedError as refusal:
        return _run_page(queries.get_run(run_id), refusal)
    flash("Die Datei ist verworfen, es wurde nichts geändert.", "success")
    return see_other(".list_imports")


@blueprint.post("/kurse/<int:course_id>/importschutz")
@staff_only("office")
def release(course_id: int) -> Response:
    """Give the ticked fields of a course back to its feed."""
    if release_fields(course_id, set(request.form.getlist("fields")), by=get_staff()):
        flash("Beim nächsten Import gilt für diese Angaben wieder die Kursdatei.", "success")
    else:
        flash("Bitte kreuzen Sie mindestens eine Angabe an.", "error")
    return see_other("staff_courses.edit_course", course_id=course_id)
