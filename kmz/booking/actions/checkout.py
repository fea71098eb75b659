"""The last click: a draft becomes a booking request, all of it or nothing (P1–P5)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.light import LightCustomer
from kmz.audit.actions import record
from kmz.banking import queries as bank_queries
from kmz.banking.actions import grant_mandate
from kmz.banking.models import SepaMandate
from kmz.booking import mails, problems, queries, rules
from kmz.booking.actions import statements
from kmz.booking.actions.drafts import content_of
from kmz.booking.actions.seats import take_seats
from kmz.booking.models import BookingStatus
from kmz.booking.rules import DraftContent
from kmz.catalog.light import LightCourse
from kmz.db import connection_of, transaction, violated
from kmz.errors import NotFoundError, Problem, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What surrounds the click: the total that was shown, in cents, and the texts that were
    accepted.
    """

    shown_total: int
    texts: dict[str, Any]
    creditor_id: str
    bank_account_required: str


def book(customer_id: int, draft_key: str, terms: Terms) -> str:
    """Book everything in the draft and queue the Eingangsbestätigung, in one transaction; the
    Vorgangsnummer.

    Idempotent: the same draft gives the same request again, however often and at once it is sent.
    RefusedError carries what stands against it (seat gone, person booked already, price changed …).
    """
    try:
        with transaction() as session:
            return _book(session, customer_id, draft_key, terms)
    except (IntegrityError, RefusedError) as error:
        # The same click sent twice at once: the other one won while this one waited for the lock.
        known = queries.find_request(customer_id, draft_key)
        if known is not None:
            return known.reference
        if isinstance(error, IntegrityError) and violated(
            error, "uq_booking_course_id_participant_key"
        ):
            raise RefusedError(*_who_is_booked(customer_id, draft_key)) from error
        raise


def _who_is_booked(customer_id: int, draft_key: str) -> list[Problem]:
    content = content_of(queries.get_draft(customer_id, draft_key))
    found = problems.duplicate_problems(customer_id, content)
    return found or [problems.already_booked("Eine der Personen")]


def _book(session: Session, customer_id: int, draft_key: str, terms: Terms) -> str:
    connection = connection_of(session)
    click = connection.execute(
        statements.CLICK, {"customer": customer_id, "key": draft_key}
    ).one_or_none()
    if click is None:
        raise NotFoundError
    draft_id, stored, known, cart_id, *person = click
    if known is not None:
        return str(known)
    content, customer = DraftContent.from_json(stored), LightCustomer(*person)
    courses = take_seats(connection, draft_id, dict.fromkeys(content.course_ids, 1)).courses
    _refuse_what_stands_against_it(content, courses, customer, terms)
    mandate = _mandate(session, customer_id, content, courses, terms)
    request = {
        "reference": rules.reference(draft_id, clock.today()),
        "draft_key": draft_key,
        "customer_id": customer_id,
        "mandate_id": mandate.id if mandate else None,
        "total_cents": terms.shown_total,
        "remark": content.remark,
        "contract_partner": _contract_partner(customer),
        "accepted_texts": terms.texts,
        "created_at": clock.now(),
    }
    bookings = [_booking(customer, course, content) for course in courses]
    request_id = _write(connection, request, bookings, customer.actor_name)
    if cart_id is not None:
        connection.execute(statements.BOOKED_CART_ITEMS, {"cart": cart_id, "request": request_id})
    record(
        session,
        "booking.requested",
        by=customer,
        kind="booking_request",
        reference=request["reference"],
        courses=[course.id for course in courses],
    )
    mails.send_receipt(session, customer, request, courses, content.participants, mandate)
    return str(request["reference"])


def _write(
    connection: Connection, request: dict[str, Any], bookings: list[dict[str, Any]], actor: str
) -> int:
    """The request with its bookings and their first events; its id."""
    request_id: int = connection.execute(statements.NEW_REQUEST, request).scalar_one()
    rows = [{**row, "request_id": request_id} for row in bookings]
    connection.execute(statements.NEW_BOOKINGS, rows)
    connection.execute(statements.FIRST_EVENTS, {"request": request_id, "actor": actor})
    return request_id


def _refuse_what_stands_against_it(
    content: DraftContent, courses: list[LightCourse], customer: LightCustomer, terms: Terms
) -> None:
    without_seat = sorted(set(content.course_ids) - {course.id for course in courses})
    if without_seat or not courses:
        raise RefusedError(*_why_no_seat(without_seat))
    unavailable = problems.course_problems(courses, seats_are_taken=True)
    if unavailable:
        raise RefusedError(*unavailable)
    if problems.total_cents(courses) != terms.shown_total:
        raise RefusedError(problems.PRICE_CHANGED)
    not_ready = problems.readiness_problems(
        customer.email, customer, courses, bank_account_required=terms.bank_account_required
    )
    if not_ready:
        raise RefusedError(*not_ready)


def _why_no_seat(course_ids: list[int]) -> list[Problem]:
    """Closed courses say why; for the others the last seat went to somebody else."""
    courses = queries.light_courses(course_ids)
    if len(courses) != len(course_ids) or not courses:
        return [problems.NOTHING_TO_BOOK]
    closed = problems.course_problems(courses, seats_are_taken=True)
    return closed or [problems.seat_gone(course) for course in courses]


def _mandate(
    session: Session,
    customer_id: int,
    content: DraftContent,
    courses: list[LightCourse],
    terms: Terms,
) -> SepaMandate | None:
    """The mandate for what is collected by direct debit, from the customer's own bank account."""
    if not problems.total_cents(courses):
        return None
    account = bank_queries.find_bank_account(customer_id, content.bank_account_id or 0)
    if account is None:
        raise RefusedError(problems.PAYMENT_MISSING)
    return grant_mandate(session, customer_id, account, creditor_id=terms.creditor_id)


def _contract_partner(customer: LightCustomer) -> dict[str, Any]:
    fields = (
        "first_name",
        "last_name",
        "email",
        "salutation",
        "title",
        "street",
        "house_number",
        "postal_code",
        "city",
        "country",
        "phone",
    )
    return {name: getattr(customer, name) for name in fields}


def _booking(customer: LightCustomer, course: LightCourse, content: DraftContent) -> dict[str, Any]:
    person = content.participants[course.id]
    return {
        "customer_id": customer.customer_id,
        "course_id": course.id,
        "participant_first_name": person.first_name,
        "participant_last_name": person.last_name,
        "participant_key": rules.participant_key(customer.customer_id, person),
        "status": BookingStatus.REQUESTED,
        "fee_cents": course.fee_cents or 0,
        "agreed": rules.agreed_data(course),
        "requested_at": clock.now(),
    }
