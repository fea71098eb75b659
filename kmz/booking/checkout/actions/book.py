"""The last click: a draft becomes a booking request, all of it or nothing (P1–P5)."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.light import LightCustomer
from kmz.audit.actions import record
from kmz.banking import queries as bank_queries
from kmz.banking.actions import grant_mandate
from kmz.banking.models import BankAccount, SepaMandate
from kmz.banking.rules import TypedAccount
from kmz.booking import problems as booking_problems
from kmz.booking import queries as booking_queries
from kmz.booking.checkout import mails, problems, queries
from kmz.booking.checkout.actions import agreed, statements
from kmz.booking.checkout.drafted import ContractPartner, DraftContent, attendee, form_in, mark_of
from kmz.booking.checkout.pricing import prices_of
from kmz.booking.leaving.queries import POLICY_COLUMNS, course_terms, terms_in
from kmz.booking.leaving.queries import Terms as Policies
from kmz.booking.models import PaymentMethod
from kmz.booking.rules import CartOwner
from kmz.booking.seats.taking import take_seats
from kmz.booking.waitlist import entry_queries
from kmz.booking.waitlist.actions.offers import leave_with_a_seat, use_offers
from kmz.catalog.light import LightCourse
from kmz.crypto import new_token, token_digest
from kmz.db import connection_of, transaction, violated
from kmz.errors import NotFoundError, Problem, RefusedError
from kmz.recovery.rules import new_reference

Buyer = LightCustomer | ContractPartner
_POLICY = len(POLICY_COLUMNS)
# What holds numbers that are drawn: of a Vorgang, of a mandate.
_DRAWN = ("uq_booking_request_reference", "uq_sepa_mandate_reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What surrounds the click: the total that was shown, in cents, and the texts that were
    accepted; the house's rules; a guest's digest (`guests.guest_key`); the mark of the summary that
    was seen (`drafted.mark_of`), "" where there was none.
    """

    shown_total: int
    texts: dict[str, Any]
    creditor_id: str
    bank_account_required: str
    before_proof: str = "full"
    guest_key: str | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class _Click:
    """A draft whose button was pressed, and by whom."""

    draft_id: int
    content: DraftContent
    saved_at: datetime
    cart_id: int | None
    account: str | None
    buyer: Buyer
    policies: Policies


def book(owner: CartOwner, draft_key: str, terms: Terms) -> str:
    """Book everything in the draft and queue the Eingangsbestätigung, in one transaction; the
    Vorgangsnummer.

    Idempotent: the same draft gives the same request again, however often and at once it is sent.
    RefusedError carries what stands against it (seat gone, person booked already, price changed …).
    """
    try:
        with transaction() as session:
            return _book(session, owner, draft_key, terms)
    except (IntegrityError, RefusedError) as error:
        # The same click sent twice at once: the other one won while this one waited for the lock.
        known = queries.find_request(owner, draft_key)
        if known is not None:
            return known.reference
        if isinstance(error, IntegrityError) and violated(
            error, "uq_booking_course_id_participant_key"
        ):
            raise RefusedError(*_who_is_booked(owner, draft_key, terms)) from error
        if isinstance(error, IntegrityError) and any(violated(error, one) for one in _DRAWN):
            return book(owner, draft_key, terms)  # somebody has drawn the same number
        raise


def _who_is_booked(owner: CartOwner, draft_key: str, terms: Terms) -> list[Problem]:
    content = DraftContent.from_json(queries.get_draft(owner, draft_key).content)
    found: list[Problem] = []
    partner = content.partner or queries.find_customer(owner)
    if partner is not None:
        found = problems.duplicate_problems(
            owner.customer_id, content, partner, guest_key=terms.guest_key
        )
    return found or [booking_problems.already_booked("Eine der Personen")]


def _book(session: Session, owner: CartOwner, draft_key: str, terms: Terms) -> str:
    connection = connection_of(session)
    click = _find_click(connection, owner, draft_key)
    if isinstance(click, str):
        return click
    content, buyer = click.content, click.buyer
    taken = take_seats(connection, click.draft_id, content.seats)
    courses = {course.id: course for course in taken.courses}
    _refuse_missing_seats(content, courses, taken.held)
    _refuse_others_by_an_offer(taken.offer_ids, content, buyer)
    prices = prices_of(content.lines, courses, before_proof=terms.before_proof)
    total = sum(price.cents for price in prices)
    _refuse_what_stands_against_it(click, taken.courses, total, terms)
    mandate = _mandate(session, click, total, terms)
    link = "" if buyer.customer_id else new_token()
    request = {
        "reference": new_reference(f"V{clock.today():%y}"),
        "draft_key": draft_key,
        "mandate_id": mandate.id if mandate else None,
        "total_cents": total,
        "payment_method": content.payment_method if total else PaymentMethod.NONE,
        "remark": content.remark,
        "guest_key": terms.guest_key if buyer.customer_id is None else None,
        "link_hash": token_digest(link) if link else None,
        **agreed.partner_row(buyer),
        "accepted_texts": terms.texts,
        "created_at": clock.now(),
    }
    leaving = {
        course.id: course_terms(course.cancellation_policy_id, click.policies)
        for course in taken.courses
    }
    facts = booking_queries.agreed_facts(taken.courses)
    bookings = [
        agreed.booking_row(
            buyer,
            courses[line.course_id],
            line,
            price,
            leaving[line.course_id],
            facts[line.course_id],
            guest_key=terms.guest_key,
        )
        for line, price in zip(content.lines, prices, strict=True)
    ]
    request_id = _write(connection, request, bookings, buyer.actor_name)
    if click.cart_id is not None:
        values = {"cart": click.cart_id, "request": request_id}
        connection.execute(statements.BOOKED_CART_ITEMS, values)
    use_offers(session, taken.offer_ids, by=buyer)
    if any(course.seats_waiting or course.seats_held for course in taken.courses):
        people = [(row["course_id"], row["participant_key"]) for row in bookings]
        leave_with_a_seat(session, people, by=buyer)
    record(
        session,
        "booking.requested",
        by=buyer,
        kind="booking_request",
        reference=request["reference"],
        courses=sorted(courses),
    )
    lines = [
        mails.ReceiptLine(courses[line.course_id], attendee(line, buyer), price)
        for line, price in zip(content.lines, prices, strict=True)
    ]
    mails.send_receipt(session, buyer, request, lines, mandate, guest_token=link)
    return str(request["reference"])


def _find_click(connection: Connection, owner: CartOwner, draft_key: str) -> _Click | str:
    """The draft and who presses; or the Vorgangsnummer of what it has become already."""
    if owner.customer_id is not None:
        values = {"customer": owner.customer_id, "key": draft_key}
        rows = connection.execute(statements.CLICK, values).all()
    else:
        token = {"token": token_digest(owner.token or ""), "key": draft_key}
        rows = connection.execute(statements.GUEST_CLICK, token).all()
    if not rows:
        raise NotFoundError
    draft_id, stored, saved_at, known, cart_id, *rest = rows[0][:-_POLICY]
    if known is not None:
        return str(known)
    content = DraftContent.from_json(stored)
    if not content.is_ready:
        raise RefusedError(problems.FORM_MISSING)
    policies = terms_in(row[-_POLICY:] for row in rows)
    if owner.customer_id is not None:
        return _Click(draft_id, content, saved_at, cart_id, None, LightCustomer(*rest), policies)
    if content.partner is None:
        raise RefusedError(problems.FORM_MISSING)
    return _Click(draft_id, content, saved_at, cart_id, rest[0], content.partner, policies)


def _write(
    connection: Connection, request: dict[str, Any], bookings: list[dict[str, Any]], actor: str
) -> int:
    """The request with its bookings and their first events; its id."""
    request_id: int = connection.execute(statements.NEW_REQUEST, request).scalar_one()
    rows = [{**row, "request_id": request_id} for row in bookings]
    connection.execute(statements.NEW_BOOKINGS, rows)
    connection.execute(statements.FIRST_EVENTS, {"request": request_id, "actor": actor})
    return request_id


def _refuse_missing_seats(
    content: DraftContent, courses: Mapping[int, LightCourse], held: Mapping[int, int]
) -> None:
    without_seat = sorted(set(content.course_ids) - set(courses))
    if without_seat or not courses:
        raise RefusedError(*_why_no_seat(without_seat, content.seats, held))


def _why_no_seat(
    course_ids: list[int], wanted: Mapping[int, int], held: Mapping[int, int]
) -> list[Problem]:
    """Closed courses say why; others have fewer seats than people, or gave the last one away."""
    courses = booking_queries.light_courses(course_ids)
    if len(courses) != len(course_ids) or not courses:
        return [problems.NOTHING_TO_BOOK]
    closed = booking_problems.course_problems(courses, seats_are_taken=True)
    if closed:
        return closed
    found = []
    for one in courses:
        few = booking_problems.seat_count_problems([one], wanted, held)
        found += few or [booking_problems.seat_gone(one)]
    return found


def _refuse_others_by_an_offer(
    offer_ids: Collection[int], content: DraftContent, buyer: Buyer
) -> None:
    if not offer_ids:
        return
    entries = entry_queries.entries_of_offers(offer_ids)
    found = problems.offer_problems(entries, content, buyer)
    if found:
        raise RefusedError(*found)


def _refuse_what_stands_against_it(
    click: _Click, courses: Sequence[LightCourse], total: int, terms: Terms
) -> None:
    unavailable = booking_problems.course_problems(courses, seats_are_taken=True)
    if unavailable:
        raise RefusedError(*unavailable)
    versions = {course.id: course.version for course in courses}
    mark = mark_of(click.saved_at, versions, terms.texts["terms"])
    is_same_form = not terms.shown or form_in(terms.shown) == form_in(mark)
    if is_same_form and total != terms.shown_total:
        raise RefusedError(problems.PRICE_CHANGED)
    if terms.shown and terms.shown != mark:
        raise RefusedError(problems.FORM_CHANGED)
    if isinstance(click.buyer, LightCustomer):
        not_ready = problems.readiness_problems(
            click.buyer.email, click.buyer, lacks_account=_lacks_account(click, total, terms)
        )
        if not_ready:
            raise RefusedError(*not_ready)


def _lacks_account(click: _Click, total: int, terms: Terms) -> bool:
    """Whether the bank gate applies and is closed; a chosen account is looked up by `_mandate`."""
    content, customer_id = click.content, click.buyer.customer_id
    if content.bank_account_id is not None or customer_id is None:
        return False
    needed = problems.needs_bank_account(total, content.payment_method, terms.bank_account_required)
    return needed and not bank_queries.has_bank_account(customer_id)


def _mandate(session: Session, click: _Click, total: int, terms: Terms) -> SepaMandate | None:
    """The mandate for what is collected by direct debit: from the customer's own bank account, or
    from that which the guest typed.
    """
    method = click.content.payment_method
    if total and method == PaymentMethod.NONE:
        raise RefusedError(problems.PAYMENT_MISSING)  # it was free when the form was filled in
    if not total or method != PaymentMethod.SEPA_DIRECT_DEBIT:
        return None
    customer_id = click.buyer.customer_id
    account: BankAccount | TypedAccount | None
    if customer_id is None:
        account = TypedAccount(**json.loads(click.account)) if click.account else None
    else:
        chosen = click.content.bank_account_id or 0
        account = bank_queries.find_bank_account(customer_id, chosen)
    if account is None:
        raise RefusedError(problems.PAYMENT_MISSING)
    return grant_mandate(session, customer_id, account, creditor_id=terms.creditor_id)
