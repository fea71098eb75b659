"""The last click: a draft becomes a booking request, all of it or nothing (P1–P5)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.audit.actions import record
from kmz.banking import queries as bank_queries
from kmz.banking.actions import grant_mandate
from kmz.booking import mails, problems, queries, rules
from kmz.booking.actions.cart import empty_cart
from kmz.booking.actions.drafts import content_of
from kmz.booking.actions.seats import take_seats
from kmz.booking.models import Booking, BookingEvent, BookingRequest, BookingStatus
from kmz.booking.rules import DraftContent
from kmz.catalog.models import Course
from kmz.crypto import new_token
from kmz.db import transaction, violated
from kmz.errors import RefusedError


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
            known = queries.find_request(customer_id, draft_key)
            return known or _book(session, customer_id, draft_key, terms)
    except (IntegrityError, RefusedError) as error:
        # The same click sent twice at once: the other one won while this one waited for the lock.
        known = queries.find_request(customer_id, draft_key)
        if known is not None:
            return known
        if isinstance(error, IntegrityError) and violated(
            error, "uq_booking_course_id_participant_key"
        ):
            raise RefusedError(problems.already_booked("Eine der Personen")) from error
        raise


def _book(session: Session, customer_id: int, draft_key: str, terms: Terms) -> BookingRequest:
    content = content_of(queries.get_draft(customer_id, draft_key))
    without_seat = take_seats(session, content.course_ids)
    courses = queries.courses_by_id(content.course_ids)
    customer = session.get_one(CustomerAccount, customer_id)
    profile = session.get_one(CustomerProfile, customer_id)
    _refuse_what_stands_against_it(customer_id, content, courses, profile, terms, without_seat)
    request = _request(session, customer, profile, content, courses, draft_key, terms)
    for course in courses:
        _booking(session, request, customer, course, content.participants[course.id])
    empty_cart(session, customer_id, content.course_ids)
    mails.send_receipt(session, customer, request, courses, content.participants)
    return request


def _refuse_what_stands_against_it(
    customer_id: int,
    content: DraftContent,
    courses: list[Course],
    profile: CustomerProfile,
    terms: Terms,
    without_seat: list[int],
) -> None:
    if len(courses) != len(content.course_ids) or not courses:
        raise RefusedError(problems.NOTHING_TO_BOOK)
    unavailable = problems.course_problems(courses, seats_are_taken=True)
    gone = [problems.seat_gone(course) for course in courses if course.id in without_seat]
    if unavailable or gone:
        raise RefusedError(*(unavailable or gone))
    if problems.total_cents(courses) != terms.shown_total:
        raise RefusedError(problems.PRICE_CHANGED)
    not_ready = problems.readiness_problems(
        profile, courses, bank_account_required=terms.bank_account_required
    )
    if not_ready:
        raise RefusedError(*not_ready)
    found = problems.payment_problems(customer_id, content, courses)
    found += problems.duplicate_problems(customer_id, content)
    if found:
        raise RefusedError(*found)


def _request(
    session: Session,
    customer: CustomerAccount,
    profile: CustomerProfile,
    content: DraftContent,
    courses: list[Course],
    draft_key: str,
    terms: Terms,
) -> BookingRequest:
    mandate_id = None
    if problems.total_cents(courses) and content.bank_account_id is not None:
        account = bank_queries.get_bank_account(customer.id, content.bank_account_id)
        mandate_id = grant_mandate(session, customer.id, account, creditor_id=terms.creditor_id).id
    request = BookingRequest(
        reference=new_token()[:20],
        draft_key=draft_key,
        customer_id=customer.id,
        mandate_id=mandate_id,
        total_cents=terms.shown_total,
        remark=content.remark,
        contract_partner=_contract_partner(customer, profile),
        accepted_texts=terms.texts,
        created_at=clock.now(),
    )
    session.add(request)
    session.flush()  # the database gives the number
    request.reference = rules.reference(request.id, clock.today())
    return request


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


def _booking(
    session: Session,
    request: BookingRequest,
    customer: CustomerAccount,
    course: Course,
    person: rules.Participant,
) -> None:
    now = clock.now()
    booking = Booking(
        request_id=request.id,
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
    session.add(booking)
    session.flush()
    record(
        session,
        "booking.requested",
        by=customer,
        kind="booking",
        object_id=booking.id,
        course=course.id,
    )
