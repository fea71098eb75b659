"""The office's pages for Ermäßigungen, mounted under /verwaltung."""

from collections.abc import Callable

from flask import Response, flash

from kmz.accounts.current import get_staff
from kmz.booking import rules
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.concessions import actions, queries
from kmz.booking.concessions.forms import ConcessionReasonForm
from kmz.booking.concessions.problems import decision_problems
from kmz.booking.concessions.rules import STATUS_NAMES, fee_after
from kmz.booking.forms import ReasonForm
from kmz.booking.line import line_of
from kmz.booking.models import ConcessionReason
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.pages import form_page, page, see_other
from kmz.web.paging import page_count, wanted_list

STATES = {"open": "Nachweis offen", "verified": "anerkannt", "refused": "nicht anerkannt"}


@staff_blueprint.get("/ermaessigungen")
@staff_only("office", "finance")
def list_concessions() -> Response:
    wanted = wanted_list(STATES)
    claims, total = queries.list_claims(wanted)
    return page(
        "booking/admin/list_concessions.html",
        fragments=("concessions",),
        claims=claims,
        total=total,
        wanted=wanted,
        states=STATES,
        names=STATUS_NAMES,
        page_count=page_count(total, queries.PAGE_SIZE),
    )


@staff_blueprint.get("/ermaessigungen/<int:booking_id>")
@staff_only("office", "finance")
def show_concession(booking_id: int) -> Response:
    return _claim_page(booking_id, ReasonForm(None))


def _claim_page(booking_id: int, form: ReasonForm) -> Response:
    booking = queries.get_claim(booking_id)
    fees = {choice: fee_after(booking, choice) for choice in STATUS_NAMES}
    possible = {choice for choice in STATUS_NAMES if not decision_problems(booking, choice)}
    return form_page(
        "booking/admin/show_concession.html",
        form,
        booking=booking,
        line=line_of(booking, booking.events),
        names=rules.STATUS_NAMES,
        fees=fees,
        possible=possible,
    )


@staff_blueprint.post("/ermaessigungen/<int:booking_id>/anerkennung")
@staff_only("office")
def verify_concession(booking_id: int) -> Response:
    return _decided(
        booking_id,
        ReasonForm(None),
        lambda: actions.verify_concession(booking_id, by=get_staff()),
        "Die Ermäßigung ist anerkannt.",
    )


@staff_blueprint.post("/ermaessigungen/<int:booking_id>/ablehnung")
@staff_only("office")
def refuse_concession(booking_id: int) -> Response:
    form = ReasonForm()
    if not form.validate():
        return _claim_page(booking_id, form)
    reason = form.reason.data or ""
    return _decided(
        booking_id,
        form,
        lambda: actions.refuse_concession(booking_id, reason=reason, by=get_staff()),
        "Die Ermäßigung ist nicht anerkannt; es gilt das volle Entgelt.",
    )


def _decided(
    booking_id: int, form: ReasonForm, decide: Callable[[], None], message: str
) -> Response:
    queries.get_claim(booking_id)
    try:
        decide()
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _claim_page(booking_id, form)
    flash(message, "success")
    return see_other(".list_concessions")


@staff_blueprint.get("/ermaessigungen/gruende")
@staff_only("office")
def list_concession_reasons() -> Response:
    return page("booking/admin/list_concession_reasons.html", reasons=queries.list_reasons())


@staff_blueprint.get("/ermaessigungen/gruende/neu")
@staff_only("office")
def new_concession_reason() -> Response:
    return _reason_page(ConcessionReasonForm(None, position="0"), None)


@staff_blueprint.get("/ermaessigungen/gruende/<int:reason_id>")
@staff_only("office")
def edit_concession_reason(reason_id: int) -> Response:
    reason = queries.get_reason(reason_id)
    form = ConcessionReasonForm(
        None,
        label=reason.label,
        percent=str(reason.percent),
        without_proof=not reason.needs_proof,
        position=str(reason.position),
    )
    return _reason_page(form, reason)


def _reason_page(form: ConcessionReasonForm, reason: ConcessionReason | None) -> Response:
    return form_page("booking/admin/edit_concession_reason.html", form, reason=reason)


@staff_blueprint.post("/ermaessigungen/gruende/neu")
@staff_only("office")
def create_concession_reason() -> Response:
    return _save(None)


@staff_blueprint.post("/ermaessigungen/gruende/<int:reason_id>")
@staff_only("office")
def change_concession_reason(reason_id: int) -> Response:
    return _save(queries.get_reason(reason_id))


def _save(reason: ConcessionReason | None) -> Response:
    form = ConcessionReasonForm()
    if not form.validate():
        return _reason_page(form, reason)
    try:
        actions.save_reason(
            reason.id if reason else None,
            label=form.label.data or "",
            percent=int(form.percent.data or 0),
            needs_proof=not form.without_proof.data,
            position=int(form.position.data or 0),
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _reason_page(form, reason)
    flash("Der Grund ist gespeichert.", "success")
    return see_other(".list_concession_reasons")


@staff_blueprint.post("/ermaessigungen/gruende/<int:reason_id>/ende")
@staff_only("office")
def end_concession_reason(reason_id: int) -> Response:
    return _offered(reason_id, is_active=False)


@staff_blueprint.post("/ermaessigungen/gruende/<int:reason_id>/wiederaufnahme")
@staff_only("office")
def resume_concession_reason(reason_id: int) -> Response:
    return _offered(reason_id, is_active=True)


def _offered(reason_id: int, *, is_active: bool) -> Response:
    reason = queries.get_reason(reason_id)
    if actions.offer_reason(reason_id, is_active=is_active, by=get_staff()):
        said = "steht wieder" if is_active else "steht nicht mehr"
        flash(f"„{reason.label}“ {said} im Anmeldeformular.", "success")
    return see_other(".list_concession_reasons")
