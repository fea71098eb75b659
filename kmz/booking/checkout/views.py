"""The Anmeldeformular, the summary and the last click, for customers and guests."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError

from kmz import clock, log
from kmz.accounts.current import current_customer, get_customer
from kmz.booking.blueprints import blueprint
from kmz.booking.cart.badge import count_now
from kmz.booking.checkout import problems, queries
from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.agreed_texts import guest_key_of, terms_of
from kmz.booking.checkout.drafted import DraftContent, FilledForm
from kmz.booking.checkout.form_pages import OpenForm, form_answer, read_form
from kmz.booking.checkout.forms import FinalForm
from kmz.booking.checkout.hold_terms import hold_terms
from kmz.booking.checkout.summary import summary_of
from kmz.booking.owner import cart_owner
from kmz.booking.queue.gate import make_room
from kmz.booking.rules import CartOwner
from kmz.booking.transfers import transfer_of
from kmz.booking.waitlist.entry_queries import offered_in_form
from kmz.errors import Problem, RefusedError
from kmz.web.access import guest_or_customer
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import fills_main, next_page, page, see_other


@blueprint.get("/buchen/<key>/formular")
@guest_or_customer
def show_form(key: str) -> Response:
    opened = read_form(key)
    return opened if isinstance(opened, Response) else form_answer(opened)


@blueprint.post("/buchen/<key>/formular")
@guest_or_customer
def fill_in_form(key: str) -> Response:
    opened = read_form(key, request.form)
    if isinstance(opened, Response):
        return opened
    if opened.form.only_changes_people or not opened.form.validate():
        return form_answer(opened)
    return _save(opened)


def _save(opened: OpenForm) -> Response:
    owner, form, key = cart_owner(), opened.form, opened.draft.key
    content = form.content()
    filled = FilledForm(opened.draft.id, content, form.typed_account(), clock.now(), opened.terms)
    partner = content.partner or get_customer()
    found = problems.duplicate_problems(
        owner.customer_id, content, partner, guest_key=guest_key_of(content)
    )
    if opened.has_offer:
        offered = offered_in_form(filled.draft_id)
        found += problems.offer_problems(offered, content, partner)
    if found:
        form.add_problems(found)
        return form_answer(opened)
    people = form.people_to_keep() if owner.customer_id else []
    try:
        save_draft(
            owner,
            content,
            key=key,
            account=filled.account,
            saved_at=filled.saved_at,
            people=people,
            holding=hold_terms(owner),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return form_answer(opened)
    if fills_main():
        summary = _summary(key, owner, filled, FinalForm(None))
        return next_page("booking.show_summary", summary, key=key)
    return see_other("booking.show_summary", key=key)


def _summary(
    key: str,
    owner: CartOwner,
    filled: FilledForm,
    form: FinalForm,
    found: Sequence[Problem] = (),
) -> Response:
    summary = summary_of(filled, owner)
    form.total.data, form.shown.data = str(summary.total), summary.mark
    if not summary.asks_early_start:
        del form.early_start
    return page(
        "booking/show_summary.html",
        status=422 if found or form.has_errors else 200,
        key=key,
        form=form,
        problems=list(found),
        summary=summary,
    )


@blueprint.get("/buchen/<key>")
@guest_or_customer
def show_summary(key: str) -> Response:
    owner = cart_owner()
    filled = _filled(owner, key)
    return filled if isinstance(filled, Response) else _summary(key, owner, filled, FinalForm())


def _filled(owner: CartOwner, key: str) -> Response | FilledForm:
    """The form behind a key; where to go instead when it is booked, or not filled in yet."""
    opened = queries.get_opened(owner, key)
    if opened.is_booked:
        return see_other("booking.show_thanks", key=key)
    draft = opened.draft
    content = DraftContent.from_json(draft.content)
    if not content.is_ready:
        return see_other("booking.show_form", key=key)
    return FilledForm(draft.id, content, draft.account, draft.changed_at, opened.terms)


@blueprint.post("/buchen/<key>")
@guest_or_customer
@limiter.limit(mail_limit, exempt_when=lambda: current_customer() is not None)
def book_now(key: str) -> Response:
    form, owner = FinalForm(), cart_owner()
    filled = _filled(owner, key)
    if isinstance(filled, Response):
        return filled
    if not form.validate():
        return _summary(key, owner, filled, form)
    terms = terms_of(
        filled.content,
        filled.terms,
        shown_total=form.shown_total,
        shown=form.shown.data or "",
        early_start=bool(form.early_start.data),
    )
    try:
        book(owner, key, terms)
    except RefusedError as refusal:
        return _summary(key, owner, filled, form, refusal.problems)
    make_room()
    return (
        _thanks_in_place(owner, key) if fills_main() else see_other("booking.show_thanks", key=key)
    )


def _thanks_in_place(owner: CartOwner, key: str) -> Response:
    """The thanks at once; it is booked, so an accident now must not say that it is not."""
    try:
        thanks = _thanks(owner, key, cart_count=count_now())
    except SQLAlchemyError:
        log.warn("database.cut")
        return see_other("booking.show_thanks", key=key)
    return next_page("booking.show_thanks", thanks, key=key)


@blueprint.get("/buchen/<key>/danke")
@guest_or_customer
def show_thanks(key: str) -> Response:
    return _thanks(cart_owner(), key)


def _thanks(owner: CartOwner, key: str, **context: Any) -> Response:
    booked = queries.get_request(owner, key)
    return page(
        "booking/show_thanks.html",
        request_=booked,
        email=booked.email,
        transfer=transfer_of(booked, booked.bookings),
        **context,
    )
