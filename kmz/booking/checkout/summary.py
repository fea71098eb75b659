"""What stands directly above the last button: everything that is agreed (L02)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.accounts.queries import profile_of
from kmz.banking import queries as bank_queries
from kmz.banking.models import BankAccount
from kmz.banking.rules import TypedAccount
from kmz.booking import problems as booking_problems
from kmz.booking import queries as booking_queries
from kmz.booking import rules
from kmz.booking.checkout import queries
from kmz.booking.checkout.clashes import Attended, clash_notices
from kmz.booking.checkout.drafted import ContractPartner, DraftContent, attendee, mark_of
from kmz.booking.checkout.prices import Price
from kmz.booking.checkout.pricing import prices_of
from kmz.booking.leaving.cancellation_rules import cost_sentence
from kmz.booking.leaving.queries import course_terms, policies_by_id
from kmz.booking.models import BookingDraft, PaymentMethod, SeatHold
from kmz.booking.rules import ParticipantName
from kmz.catalog.models import CancellationPolicy, Course
from kmz.errors import Problem

# L19: the period in which a contract may be withdrawn from.
_WITHDRAWAL = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One person in one course, what it costs, and what leaving costs in words ("" if nothing)."""

    course: Course
    person: ParticipantName
    price: Price
    cancellation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A filled-in form as it would be booked now; `total` in cents, `mark` is compared at the last
    click.
    """

    lines: Sequence[SummaryLine]
    partner: CustomerAccount | ContractPartner
    address: object
    payment: str
    account: BankAccount | TypedAccount | None
    remark: str
    total: int
    mark: str
    clashes: Sequence[str]
    problems: Sequence[Problem]
    held_until: datetime | None
    can_extend: bool
    asks_early_start: bool

    @property
    def is_customer(self) -> bool:
        return isinstance(self.partner, CustomerAccount)

    @property
    def payment_name(self) -> str:
        return rules.PAYMENT_NAMES[PaymentMethod(self.payment)]

    @property
    def button(self) -> str:
        return rules.button_label(self.total)

    @property
    def is_paid_by_debit(self) -> bool:
        return bool(self.total) and self.payment == PaymentMethod.SEPA_DIRECT_DEBIT


def summary_of(draft: BookingDraft, customer: CustomerAccount | None) -> Summary:
    """The summary of a draft whose form was filled in."""
    content = DraftContent.from_json(draft.content)
    courses = {one.id: one for one in booking_queries.courses_by_id(content.course_ids)}
    partner = customer or content.partner
    if partner is None:
        raise ValueError("a filled-in form has a contract partner")
    config = current_app.config["KMZ"]
    prices = prices_of(content.lines, courses, before_proof=config.concession_before_proof)
    policies = policies_by_id()
    lines = [
        SummaryLine(
            courses[line.course_id],
            attendee(line, partner),
            price,
            _cancellation(courses[line.course_id], price, policies),
        )
        for line, price in zip(content.lines, prices, strict=True)
    ]
    total = sum(price.cents for price in prices)
    holds = queries.holds_of(draft.id)
    return Summary(
        lines=lines,
        partner=partner,
        address=profile_of(customer.id) if customer else content.partner,
        payment=content.payment_method,
        account=_account(draft, content, customer) if total else None,
        remark=content.remark,
        total=total,
        mark=mark_of(draft.changed_at, {one.id: one.version for one in courses.values()}),
        clashes=_clashes(lines, customer),
        problems=[
            *booking_problems.course_problems(
                list(courses.values()), held=holds, waitlist_max=config.waitlist_max
            ),
            *booking_problems.seat_count_problems(
                list(courses.values()),
                content.seats,
                {course_id: hold.seats for course_id, hold in holds.items()},
            ),
        ],
        held_until=held_until(holds),
        can_extend=can_extend(holds),
        asks_early_start=any(_starts_early(line.course) for line in lines),
    )


def _cancellation(
    course: Course, price: Price, policies: Mapping[int | None, CancellationPolicy]
) -> str:
    terms = course_terms(course.cancellation_policy_id, policies)
    if not price.cents:
        return ""
    return cost_sentence(terms, price.cents, course.starts_on, clock.today())


def held_until(holds: Mapping[int, SeatHold]) -> datetime | None:
    """When the first of the held seats is free again."""
    return min((hold.expires_at for hold in holds.values()), default=None)


def can_extend(holds: Mapping[int, SeatHold]) -> bool:
    """Once for each form; the time of an offer is that of the Warteliste."""
    return any(not hold.is_extended and hold.offer_id is None for hold in holds.values())


def _starts_early(course: Course) -> bool:
    """Whether it begins before the withdrawal period ends (L19)."""
    first = course.starts_on
    statutory = course.withdrawal_right == "statutory"
    return statutory and first is not None and first <= clock.today() + _WITHDRAWAL


def _account(
    draft: BookingDraft, content: DraftContent, customer: CustomerAccount | None
) -> BankAccount | TypedAccount | None:
    if customer is not None:
        return bank_queries.find_bank_account(customer.id, content.bank_account_id or 0)
    return TypedAccount(**json.loads(draft.account)) if draft.account else None


def _clashes(lines: Sequence[SummaryLine], customer: CustomerAccount | None) -> list[str]:
    new = [
        Attended(
            line.person.key,
            f"{line.person.first_name} {line.person.last_name}",
            line.course.title,
            line.course.sessions,
            is_booked=False,
        )
        for line in lines
    ]
    days = [session.day for one in new for session in one.sessions]
    if customer is None or not days:
        return clash_notices(new)
    booked = [
        Attended(
            ParticipantName(row.participant_first_name, row.participant_last_name).key,
            row.participant_name,
            row.course.title,
            row.course.sessions,
            is_booked=True,
        )
        for row in queries.attended_sessions(customer.id, min(days), max(days))
    ]
    return clash_notices([*new, *booked])
