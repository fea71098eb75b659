"""The last click: a draft becomes a booking request, all of it or nothing (P1–P5)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.accounts.queries import get_customer_with_profile
from kmz.audit.actions import record
from kmz.banking import queries as bank_queries
from kmz.banking.actions import grant_mandate
from kmz.booking import mails, problems, queries, rules
from kmz.booking.actions.cart import empty_cart
from kmz.booking.actions.drafts import content_of
from kmz.booking.actions.seats import take_seats
from kmz.booking.models import (
    Booking,
    BookingDraft,
    BookingEvent,
    BookingRequest,
    BookingStatus,
)
from kmz.booking.rules import DraftContent
from kmz.catalog.light import LightCourse
from kmz.db import transaction, violated
from kmz.errors import Problem, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What surrounds the click: the total that was shown, in cents, and the texts that were
    accepted.
    """

    shown_total: int
    texts: dict[str, Any]
    creditor_id: str
    bank_account_required: str


def book(customer_id: int, draft_key: str, terms: Terms) -> BookingRequest:
    """Book everything in the draft and queue the Eingangsbestätigung, in one transaction.

    Idempotent: the same draft gives the same request again, however often and at once it is sent.
    RefusedError carries what stands against it (seat gone, person booked already, price changed …).
    """
    try:
        with transaction() as session:
            draft, known = queries.get_draft_and_request(customer_id, draft_key)
            return known or _book(session, customer_id, draft, terms)
    except (IntegrityError, RefusedError) as error:
        # The same click sent twice at once: the other one won while this one waited for the lock.
        known = queries.find_request(customer_id, draft_key)
        if known is not None:
            return known
        if isinstance(error, IntegrityError) and violated(
            error, "uq_booking_course_id_participant_key"
        ):
            raise RefusedError(*_who_is_booked(customer_id, draft_key)) from error
        raise


def _who_is_booked(customer_id: int, draft_key: str) -> list[Problem]:
    content = content_of(queries.get_draft(customer_id, draft_key))
    found = problems.duplicate_problems(customer_id, content)
    return found or [problems.already_booked("Eine der Personen")]


def _book(session: Session, customer_id: int, draft: BookingDraft, terms: Terms) -> BookingRequest:
    content = content_of(draft)
    courses = take_seats(session, content.course_ids)
    customer, profile = get_customer_with_profile(customer_id)
    _refuse_what_stands_against_it(content, courses, profile, terms)
    request = BookingRequest(
        reference=rules.reference(draft.id, clock.today()),
        draft_key=draft.key,
        customer_id=customer_id,
        mandate_id=_mandate_id(session, customer_id, content, courses, terms),
        total_cents=terms.shown_total,
        remark=content.remark,
        contract_partner=_contract_partner(customer, profile),
        accepted_texts=terms.texts,
        created_at=clock.now(),
        bookings=[
            _booking(customer, course, content.participants[course.id]) for course in courses
        ],
    )
    session.add(request)
    record(
        session,
        "booking.requested",
        by=customer,
        kind="booking_request",
        reference=request.reference,
        courses=[course.id for course in courses],
    )
    empty_cart(session, customer_id, content.course_ids)
    mails.send_receipt(session, customer, request, courses, content.participants)
    return request


def _refuse_what_stands_against_it(
    content: DraftContent, courses: list[LightCourse], profile: CustomerProfile, terms: Terms
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
        profile, courses, bank_account_required=terms.bank_account_required
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


def _mandate_id(
    session: Session,
    customer_id: int,
    content: DraftContent,
    courses: list[LightCourse],
    terms: Terms,
) -> int | None:
    """The mandate for what is collected by direct debit, from the customer's own bank account."""
    if not problems.total_cents(courses):
        return None
    account = bank_queries.find_bank_account(customer_id, content.bank_account_id or 0)
    if account is None:
        raise RefusedError(problems.PAYMENT_MISSING)
    return grant_mandate(session, customer_id, account, creditor_id=terms.creditor_id).id


def _contract_partner(customer: CustomerAccount, profile: CustomerProfile) -> dict[str, Any]:
    fields = (
        "salutation",
        "title",
        "street",
        "house_number",
        "postal_code",
        "city",
        "country",
        "phone",
    )
    return {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        **{name: getattr(profile, name) for name in fields},
    }


def _booking(customer: CustomerAccount, course: LightCourse, person: rules.Participant) -> Booking:
    now = clock.now()
    return Booking(
        customer_id=customer.id,
        course_id=course.id,
        participant_first_name=person.first_name,
        participant_last_name=person.last_name,
        participant_key=rules.participant_key(customer.id, person),
        status=BookingStatus.REQUESTED,
        fee_cents=course.fee_cents or 0,
        agreed=rules.agreed_data(course),
        requested_at=now,
        events=[BookingEvent(status=BookingStatus.REQUESTED, at=now, actor=customer.actor_name)],
    )
