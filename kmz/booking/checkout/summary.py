"""What stands directly above the last button: everything that is agreed (L02)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import current_app
from sqlalchemy import Row

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.accounts.queries import get_customer_with_profile
from kmz.banking import queries as bank_queries
from kmz.banking.models import BankAccount
from kmz.banking.rules import TypedAccount
from kmz.booking import problems as booking_problems
from kmz.booking import rules
from kmz.booking.checkout import queries
from kmz.booking.checkout.clashes import Attended, clash_notices
from kmz.booking.checkout.drafted import (
    ContractPartner,
    DraftContent,
    FilledForm,
    attendee,
    mark_of,
)
from kmz.booking.checkout.prices import Price
from kmz.booking.checkout.pricing import prices_of
from kmz.booking.leaving.cancellation_rules import cost_sentence
from kmz.booking.leaving.queries import Terms, course_terms, terms_by_policy
from kmz.booking.models import PaymentMethod, SeatHold
from kmz.booking.rules import CartOwner, ParticipantName
from kmz.booking.timeline import PRENOTIFICATION
from kmz.catalog.models import Course
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

    @property
    def session_count(self) -> int:
        """Without Termine that were called off."""
        return sum(not session.is_cancelled for session in self.course.sessions)


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
    def due_days(self) -> int:
        """So many days after the Anmeldebestätigung something has to be paid (L47)."""
        return PRENOTIFICATION.days

    @property
    def is_paid_by_debit(self) -> bool:
        return bool(self.total) and self.payment == PaymentMethod.SEPA_DIRECT_DEBIT


def summary_of(filled: FilledForm, owner: CartOwner) -> Summary:
    """The summary of a form that was filled in by its owner."""
    content = filled.content
    courses = {one.id: one for one in queries.summary_courses(content.course_ids)}
    partner, address = _partner(content, owner)
    config = current_app.config["KMZ"]
    prices = prices_of(content.lines, courses, before_proof=config.concession_before_proof)
    policies = terms_by_policy()
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
    holds = queries.holds_of(filled.draft_id)
    return Summary(
        lines=lines,
        partner=partner,
        address=address,
        payment=content.payment_method,
        account=_account(filled, owner) if total else None,
        remark=content.remark,
        total=total,
        mark=mark_of(
            filled.saved_at, {one.id: one.version for one in courses.values()}, filled.terms
        ),
        clashes=_clashes(lines, owner),
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


def _partner(
    content: DraftContent, owner: CartOwner
) -> tuple[CustomerAccount | ContractPartner, object]:
    """The Vertragspartner, and who has the address."""
    if owner.customer_id is not None:
        return get_customer_with_profile(owner.customer_id)
    if content.partner is None:
        raise ValueError("a filled-in form has a contract partner")
    return content.partner, content.partner


def _cancellation(course: Course, price: Price, policies: Terms) -> str:
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


def _account(filled: FilledForm, owner: CartOwner) -> BankAccount | TypedAccount | None:
    if owner.customer_id is not None:
        chosen = filled.content.bank_account_id
        return bank_queries.find_bank_account(owner.customer_id, chosen) if chosen else None
    return TypedAccount(**json.loads(filled.account)) if filled.account else None


def _clashes(lines: Sequence[SummaryLine], owner: CartOwner) -> list[str]:
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
    days = {session.day for one in new for session in one.sessions}
    if owner.customer_id is None or not days:
        return clash_notices(new)
    rows = queries.attended_sessions(owner.customer_id, days)
    booked = [_booked(list(of_one)) for _, of_one in groupby(rows, attrgetter("booking_id"))]
    return clash_notices([*new, *booked])


def _booked(sessions: Sequence[Row[Any]]) -> Attended:
    """One booking out of the rows of `attended_sessions`."""
    first = sessions[0]
    person = ParticipantName(first.participant_first_name, first.participant_last_name)
    name = f"{person.first_name} {person.last_name}"
    return Attended(person.key, name, first.title, sessions, is_booked=True)
