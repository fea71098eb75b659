"""The office's pages for people without access, mounted under /verwaltung.

Nothing here shows or takes a password (REC-08, REC-09). What opens an account asks the member of
staff for the own password again (ASVS 7.5.3).
"""

from flask import Blueprint, Response, flash, request

from kmz import clock
from kmz.accounts import staff_queries as customers
from kmz.accounts.current import get_staff
from kmz.recovery import rules, staff_queries
from kmz.recovery.actions import cases
from kmz.recovery.forms import CloseForm, NoteForm
from kmz.recovery.panel import panel_of
from kmz.web.access import staff_only
from kmz.web.forms import BaseForm
from kmz.web.pages import form_page, page, see_other
from kmz.web.paging import page_count, wanted_list, wanted_words

blueprint = Blueprint("staff_recovery", __name__)

STATES = {"open": "offen", "done": "erledigt"}
_SUGGESTIONS = 10


@blueprint.get("/wiederherstellung")
@staff_only("office")
def list_cases() -> Response:
    wanted = wanted_list(STATES)
    found, total = staff_queries.list_cases(wanted)
    people = {case.customer_id for case in found if case.customer_id is not None}
    return page(
        "recovery/admin/list_cases.html",
        fragments=("cases",),
        cases=found,
        total=total,
        wanted=wanted,
        states=STATES,
        outcomes=rules.OUTCOMES,
        page_count=page_count(total, staff_queries.PAGE_SIZE),
        waiting=staff_queries.waiting_links(),
        objected=staff_queries.objected_customers(people),
        today=clock.today(),
        own_id=get_staff().id,
    )


@blueprint.get("/wiederherstellung/<int:case_id>")
@staff_only("office")
def show_case(case_id: int) -> Response:
    return _case_page(case_id)


def _case_page(
    case_id: int, *, note: NoteForm | None = None, close: CloseForm | None = None
) -> Response:
    case = staff_queries.get_case(case_id)
    note = note or NoteForm(None, prefix="note")
    close = close or CloseForm(None, prefix="close")
    words = wanted_words() or case.name
    suggested, total = ([], 0) if case.customer else customers.list_customers(words=words, page=1)
    sent: BaseForm = close if close.has_errors else note
    return form_page(
        "recovery/admin/show_case.html",
        sent,
        case=case,
        note_form=note,
        close_form=close,
        words=words,
        suggested=suggested[:_SUGGESTIONS],
        total=total,
        panel=panel_of(case.customer_id, case_id) if case.customer_id else None,
        actors=staff_queries.actor_names({step.actor for step in case.steps}),
        steps=rules.STEPS,
        outcomes=rules.OUTCOMES,
        today=clock.today(),
    )


@blueprint.post("/wiederherstellung/<int:case_id>/zuordnung")
@staff_only("office")
def assign(case_id: int) -> Response:
    """Say whose account the case is about; an empty number takes it back."""
    staff_queries.get_case(case_id)
    text = request.form.get("customer", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    customer = customers.get_customer(number) if number else None
    cases.assign_customer(case_id, customer.id if customer else None, by=get_staff())
    flash("Die Zuordnung ist gespeichert.", "success")
    return see_other(".show_case", case_id=case_id)


@blueprint.post("/wiederherstellung/<int:case_id>/notiz")
@staff_only("office")
def note(case_id: int) -> Response:
    staff_queries.get_case(case_id)
    form = NoteForm(prefix="note")
    if not form.validate():
        return _case_page(case_id, note=form)
    cases.note_case(case_id, form.note.data or "", by=get_staff())
    return see_other(".show_case", case_id=case_id)


@blueprint.post("/wiederherstellung/<int:case_id>/erledigung")
@staff_only("office")
def close(case_id: int) -> Response:
    """The case is done: the person is back in, or needs nothing more."""
    return _close(case_id, "done")


@blueprint.post("/wiederherstellung/<int:case_id>/ablehnung")
@staff_only("office")
def reject(case_id: int) -> Response:
    """The case ends without a way back; who gave an address learns why."""
    return _close(case_id, "rejected")


def _close(case_id: int, outcome: str) -> Response:
    staff_queries.get_case(case_id)
    form = CloseForm(prefix="close")
    if not form.validate():
        return _case_page(case_id, close=form)
    if cases.close_case(case_id, outcome=outcome, reason=form.reason.data or "", by=get_staff()):
        flash("Der Fall ist abgeschlossen.", "success")
    else:
        flash("Der Fall war schon abgeschlossen.", "info")
    return see_other(".list_cases")
