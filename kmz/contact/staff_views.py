"""The office's pages for questions, mounted under /verwaltung."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, request

from kmz.accounts.current import get_staff
from kmz.contact import queries
from kmz.contact.actions import requests
from kmz.contact.forms import RequestNoteForm
from kmz.contact.models import ContactRequest
from kmz.contact.rules import CALLBACK_WINDOWS
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.numbers import whole_number
from kmz.web.pages import form_page, page, see_other
from kmz.web.paging import page_count, wanted_list

blueprint = Blueprint("staff_contact", __name__)

STATES = {"open": "offen", "callback": "Rückruf gewünscht", "done": "erledigt"}


@blueprint.get("/anfragen")
@staff_only("office")
def list_requests() -> Response:
    wanted = wanted_list(STATES)
    found, total = queries.list_requests(wanted)
    return page(
        "contact/admin/list_requests.html",
        fragments=("requests",),
        requests=found,
        total=total,
        wanted=wanted,
        states=STATES,
        windows=CALLBACK_WINDOWS,
        page_count=page_count(total, queries.PAGE_SIZE),
    )


@blueprint.get("/anfragen/<int:request_id>")
@staff_only("office")
def show_request(request_id: int) -> Response:
    asked = queries.get_request(request_id)
    return _page(asked, RequestNoteForm(None, note=asked.note))


def _page(asked: ContactRequest, form: RequestNoteForm) -> Response:
    return form_page("contact/admin/show_request.html", form, asked=asked, windows=CALLBACK_WINDOWS)


@blueprint.post("/anfragen/<int:request_id>/anruf")
@staff_only("office")
def note_call(request_id: int) -> Response:
    return _changed(request_id, requests.note_call, "Der Anruf ist vermerkt.")


@blueprint.post("/anfragen/<int:request_id>/erledigung")
@staff_only("office")
def finish(request_id: int) -> Response:
    return _changed(request_id, requests.finish, "Die Anfrage ist erledigt.")


@blueprint.post("/anfragen/<int:request_id>/wiedervorlage")
@staff_only("office")
def reopen(request_id: int) -> Response:
    return _changed(request_id, requests.reopen, "Die Anfrage ist wieder offen.")


def _changed(request_id: int, action: Callable[..., None], message: str) -> Response:
    queries.get_request(request_id)
    try:
        action(request_id, version=_version(), by=get_staff())
        flash(message, "success")
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
    return see_other(".show_request", request_id=request_id)


@blueprint.post("/anfragen/<int:request_id>/notiz")
@staff_only("office")
def keep_note(request_id: int) -> Response:
    asked, form = queries.get_request(request_id), RequestNoteForm()
    if not form.validate():
        return _page(asked, form)
    note = form.note.data or ""
    try:
        requests.keep_note(request_id, note, version=_version(), by=get_staff())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _page(queries.get_request(request_id), form)
    flash("Die Notiz ist gespeichert.", "success")
    return see_other(".show_request", request_id=request_id)


def _version() -> int:
    """The version that the page showed; nonsense fits none."""
    return whole_number(request.form.get("version")) or 0
