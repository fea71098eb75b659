"""The way of a booking as steps that are done, current or still to come, and what happens now.

Nothing of it is stored: it follows from the booking, its events, its money and its course's days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from kmz import clock
from kmz.booking.models import (
    Booking,
    BookingEvent,
    BookingStatus,
    PaymentMethod,
)
from kmz.booking.rules import CHANGE_TOLD, CONCESSION_EVENTS, OTHER_EVENTS, REFUNDED, STATUS_NAMES
from kmz.dates import format_day
from kmz.money import format_cents

# L47: the pre-notification of a debit comes 14 days before it.
PRENOTIFICATION = timedelta(days=14)
_NEVER = datetime.max.replace(tzinfo=UTC)


class StepState(StrEnum):
    """Where a step stands; ENDED is a branch that leads no further."""

    DONE = "done"
    CURRENT = "current"
    COMING = "coming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its moment, or the day on which it is due; `reason` is what staff gave for it."""

    name: str
    state: StepState
    at: datetime | None = None
    on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All steps in their order, and what happens now."""

    steps: tuple[Step, ...]
    now: str


def first_due_on(confirmed_on: date) -> date:
    """The first day on which a fee may be collected, announced by the Anmeldebestätigung."""
    return confirmed_on + PRENOTIFICATION


def due_on(booking: Booking) -> date | None:
    """When the fee of a firm booking is due; None where none is or ever was."""
    if booking.due_on is not None or booking.confirmed_at is None:
        return booking.due_on
    # Confirmed before the day was written down.
    return first_due_on(clock.in_berlin(booking.confirmed_at).date())


def timeline_of(
    booking: Booking, events: Sequence[BookingEvent], *, today: date, binding_days: int
) -> Timeline:
    """The timeline of a booking that comes with its course and its request.

    `binding_days` after its arrival a request that nobody decided lapses.
    """
    status = BookingStatus(booking.status)
    came_from = events[0].reason if events else ""  # of a booking that was moved here
    received = Step("eingegangen", StepState.DONE, at=booking.requested_at, reason=came_from)
    if status == BookingStatus.REQUESTED:
        until = lapses_on(booking, binding_days)
        steps = (
            received,
            *_decided(events),
            Step("Prüfung", StepState.CURRENT),
            Step(STATUS_NAMES[BookingStatus.CONFIRMED], StepState.COMING),
            *_money_steps(booking, today),
            _visit(booking, today),
        )
        return Timeline(steps, _with_proof(booking, _while_checked(until)))
    if status == BookingStatus.CONFIRMED:
        firm = (*_decided(events), *_refunds(events), *_firm(booking))
        in_order = _in_order((*firm, *_money_steps(booking, today), _visit(booking, today)))
        now = _with_proof(booking, _while_firm(booking, today))
        return Timeline(_with_current((received, *in_order)), now)
    ending = next((event for event in reversed(events) if event.status == status), None)
    end = Step(
        STATUS_NAMES[status],
        StepState.ENDED,
        at=ending.at if ending else None,
        reason=ending.reason if ending else "",
    )
    past = (*_decided(events), *_before_the_end(booking, ending), end, *_refunds(events))
    return Timeline((received, *_in_order(past)), _after_the_end(booking))


def lapses_on(booking: Booking, binding_days: int) -> date:
    """The day on which a request lapses unless it is decided before (domain.md 1.6)."""
    return clock.in_berlin(booking.requested_at + timedelta(days=binding_days)).date()


def _firm(booking: Booking) -> tuple[Step, ...]:
    at = booking.confirmed_at
    return (
        Step("geprüft", StepState.DONE, at=at),
        Step(STATUS_NAMES[BookingStatus.CONFIRMED], StepState.DONE, at=at),
    )


def _decided(events: Sequence[BookingEvent]) -> tuple[Step, ...]:
    """What was decided about the Ermäßigung, and told of the course."""
    return tuple(
        Step(OTHER_EVENTS[event.status], StepState.DONE, at=event.at, reason=event.reason)
        for event in events
        if event.status in (*CONCESSION_EVENTS, CHANGE_TOLD)
    )


def _refunds(events: Sequence[BookingEvent]) -> tuple[Step, ...]:
    """Money that went back, with its amount."""
    return tuple(
        Step(OTHER_EVENTS[REFUNDED], StepState.DONE, at=event.at, reason=event.reason)
        for event in events
        if event.status == REFUNDED
    )


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """What has happened as it happened, then what is still to come as it was given."""
    return sorted(steps, key=_place)


def _place(step: Step) -> tuple[bool, datetime]:
    """A day stands for its end; nobody knows the moment of what comes, or of some old ends."""
    moment = step.at
    if moment is None and step.on is not None:
        moment = clock.berlin_moment(step.on + timedelta(days=1))
    is_coming = step.state == StepState.COMING
    return is_coming, _NEVER if moment is None or is_coming else moment


def _with_proof(booking: Booking, said: str) -> str:
    return f"{said} Für die Ermäßigung fehlt noch Ihr Nachweis." if booking.awaits_proof else said


def _before_the_end(booking: Booking, ending: BookingEvent | None) -> tuple[Step, ...]:
    if booking.confirmed_at is not None:
        return _firm(booking)
    if ending is not None and ending.status == BookingStatus.REJECTED:
        return (Step("geprüft", StepState.DONE, at=ending.at),)
    return ()


def _is_debited(booking: Booking) -> bool:
    request = booking.request
    return (
        request.mandate_id is not None or request.payment_method == PaymentMethod.SEPA_DIRECT_DEBIT
    )


def _is_paid(booking: Booking) -> bool:
    return booking.paid_cents >= booking.fee_cents


def _money_steps(booking: Booking, today: date) -> tuple[Step, ...]:
    if not booking.fee_cents:
        return ()
    day = due_on(booking)
    paid = StepState.DONE if _is_paid(booking) else StepState.COMING
    if not _is_debited(booking):
        return (Step("bezahlt", paid, on=day),)
    told = StepState.COMING if booking.confirmed_at is None else StepState.DONE
    name = "eingezogen" if _is_paid(booking) or day is None or day > today else "Einzug fällig"
    return (
        Step("Lastschrift angekündigt", told, at=booking.confirmed_at),
        Step(name, paid, on=day),
    )


def _visit(booking: Booking, today: date) -> Step:
    course = booking.course
    last = course.ends_on or course.starts_on
    if last is not None and last < today:
        state = StepState.DONE if booking.status == BookingStatus.CONFIRMED else StepState.COMING
        return Step("besucht", state, on=last)
    return Step("besucht", StepState.COMING, on=course.starts_on)


def _with_current(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The first step that is still to come is the current one."""
    found = next((step for step in steps if step.state == StepState.COMING), None)
    return tuple(
        Step(step.name, StepState.CURRENT, step.at, step.on, step.reason) if step is found else step
        for step in steps
    )


def _while_checked(until: date) -> str:
    return (
        "Wir prüfen Ihre Anmeldung und schreiben Ihnen, sobald wir entschieden haben, spätestens "
        f"am {format_day(until)}. Ihren Platz halten wir so lange."
    )


def _while_firm(booking: Booking, today: date) -> str:
    return " ".join(
        part for part in (_of_course(booking, today), _of_money(booking, today)) if part
    )


def _of_course(booking: Booking, today: date) -> str:
    first = booking.course.starts_on
    last = booking.course.ends_on or first
    if first is None or last is None:
        return "Ihr Platz ist sicher. Die Termine geben wir noch bekannt."
    if last < today:
        return f"Der Kurs war am {format_day(last)} zu Ende."
    if first < today:
        return f"Der Kurs läuft bis {format_day(last)}."
    if first == today:
        return "Der Kurs beginnt heute."
    return f"Ihr Platz ist sicher. Der Kurs beginnt am {format_day(first)}."


def _of_money(booking: Booking, today: date) -> str:
    day, fee = due_on(booking), format_cents(booking.fee_cents)
    if not booking.fee_cents or day is None:
        return _of_too_much(booking)
    if _is_paid(booking):
        return f"Das Entgelt von {fee} ist bezahlt. {_of_too_much(booking)}".rstrip()
    if not _is_debited(booking):
        return f"Das Entgelt von {fee} ist am {format_day(day)} fällig."
    if day < today:
        return f"Der Einzug von {fee} ist seit dem {format_day(day)} fällig, noch nicht verbucht."
    return f"Wir ziehen {fee} frühestens am {format_day(day)} per Lastschrift ein."


def _of_too_much(booking: Booking) -> str:
    """What goes back, as after an Umbuchung into a cheaper course or a free one."""
    too_much = booking.paid_cents - booking.fee_cents
    return _refund_words(too_much) if too_much > 0 else ""


def _refund_words(cents: int) -> str:
    return f"Wir erstatten {format_cents(cents)} auf dem Weg, auf dem Sie gezahlt haben."


_ENDS = {
    BookingStatus.REJECTED: "Wir konnten diese Anmeldung nicht annehmen.",
    BookingStatus.EXPIRED: "Wir haben nicht rechtzeitig entschieden; die Anmeldung ist verfallen.",
    BookingStatus.CANCELLED_BY_CUSTOMER: "Die Anmeldung ist storniert.",
    BookingStatus.WITHDRAWN: "Der Vertrag ist widerrufen.",
    BookingStatus.REBOOKED: "Die Anmeldung ist auf einen anderen Kurs umgebucht.",
    BookingStatus.CANCELLED_BY_PROVIDER: "Der Kurs findet nicht statt.",
}


# What is kept of the fee in these ends; in the others nothing is.
_MAY_COST = (BookingStatus.CANCELLED_BY_CUSTOMER,)


def _after_the_end(booking: Booking) -> str:
    status = BookingStatus(booking.status)
    owed = booking.fee_cents if status in _MAY_COST and booking.confirmed_at else 0
    said = [_ENDS[status]]
    if owed > booking.paid_cents:
        said.append(f"Die Stornierung kostet {format_cents(owed)}.")
    elif booking.paid_cents > owed and status != BookingStatus.REBOOKED:
        said.append(_refund_words(booking.paid_cents - owed))
    elif not owed and status != BookingStatus.REBOOKED:
        said.append("Es entstehen Ihnen keine Kosten.")
    return " ".join(said)
