"""What a booking's way looks like at every moment: a pure function of what is known of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingEvent,
    BookingRequest,
    BookingStatus,
    PaymentMethod,
)
from kmz.booking.rules import CHANGE_TOLD, REFUNDED
from kmz.booking.timeline import StepState, Timeline, due_on, timeline_of
from kmz.catalog.models import Course

ASKED = datetime(2027, 1, 4, 9, tzinfo=UTC)
FIRM = ASKED + timedelta(days=2)
DUE = date(2027, 1, 20)
FIRST, LAST = date(2027, 2, 1), date(2027, 3, 1)
FREE, SEPA, TRANSFER = (
    PaymentMethod.NONE,
    PaymentMethod.SEPA_DIRECT_DEBIT,
    PaymentMethod.BANK_TRANSFER,
)


def asked_for(
    status: BookingStatus = BookingStatus.CONFIRMED, *, method: PaymentMethod = SEPA, **fields: Any
) -> Booking:
    """A booking of 98,00 asked for on 4 January and confirmed on the 6th; `fields` are other."""
    known = {"fee_cents": 9800, "paid_cents": 0, "requested_at": ASKED, "confirmed_at": FIRM}
    return Booking(
        status=status,
        request=BookingRequest(mandate_id=None, payment_method=method),
        course=Course(starts_on=FIRST, ends_on=LAST),
        **known | fields,
    )


def line(
    status: BookingStatus = BookingStatus.CONFIRMED,
    *,
    today: date = date(2027, 1, 7),
    fee: int = 9800,
    paid: int = 0,
    firm: bool = True,
    method: PaymentMethod = SEPA,
    reason: str = "",
) -> Timeline:
    """The timeline of such a booking, confirmed only if `firm`."""
    was_firm = firm and status != BookingStatus.REQUESTED
    booking = asked_for(
        status,
        method=method,
        fee_cents=fee,
        paid_cents=paid,
        confirmed_at=FIRM if was_firm else None,
        due_on=DUE if was_firm and fee else None,
    )
    events = [BookingEvent(status=status, at=FIRM + timedelta(days=1), reason=reason)]
    return timeline_of(booking, events, today=today, binding_days=14)


def names(found: Timeline) -> list[str]:
    return [f"{step.name}: {step.state}" for step in found.steps]


def test_a_request_is_being_checked_and_says_until_when() -> None:
    found = line(BookingStatus.REQUESTED)
    assert names(found) == [
        "eingegangen: done",
        "Prüfung: current",
        "fest eingebucht: coming",
        "Lastschrift angekündigt: coming",
        "eingezogen: coming",
        "besucht: coming",
    ]
    assert "spätestens am 18.01.2027" in found.now


def test_a_firm_booking_waits_for_its_debit_on_the_announced_day() -> None:
    found = line()
    assert names(found)[-3:] == [
        "Lastschrift angekündigt: done",
        "eingezogen: current",
        "besucht: coming",
    ]
    assert found.steps[-2].on == date(2027, 1, 20)
    assert "98,00\xa0€ frühestens am 20.01.2027" in found.now
    assert [step.at for step in found.steps[:4]] == [ASKED, FIRM, FIRM, FIRM]


def test_a_collected_fee_is_a_step_that_is_done() -> None:
    found = line(paid=9800, today=date(2027, 1, 22))
    assert names(found)[-2:] == ["eingezogen: done", "besucht: current"]
    assert "ist bezahlt" in found.now


def test_a_day_that_has_come_does_not_claim_that_money_came() -> None:
    found = line(today=date(2027, 1, 22))
    assert "noch nicht verbucht" in found.now
    assert names(found)[-2:] == ["Einzug fällig: current", "besucht: coming"]


def test_a_course_that_is_over_was_attended() -> None:
    assert names(line(paid=9800, today=date(2027, 3, 2)))[-1] == "besucht: done"
    assert "läuft bis 01.03.2027" in line(today=date(2027, 2, 3)).now
    assert "beginnt heute" in line(today=FIRST).now


def test_what_costs_nothing_has_no_steps_of_money() -> None:
    found = line(fee=0, method=FREE)
    assert names(found) == [
        "eingegangen: done",
        "geprüft: done",
        "fest eingebucht: done",
        "besucht: current",
    ]
    assert "€" not in found.now


def test_who_pays_otherwise_is_not_told_of_a_debit() -> None:
    found = line(method=TRANSFER)
    assert "bezahlt: current" in names(found)
    assert "Lastschrift" not in found.now
    assert "am 20.01.2027 fällig" in found.now


@pytest.mark.parametrize(
    "status", [status for status in BookingStatus if status not in SEAT_HOLDING]
)
def test_every_branch_ends_with_its_moment_its_reason_and_what_happens_now(
    status: BookingStatus,
) -> None:
    never_firm = status in {BookingStatus.REJECTED, BookingStatus.EXPIRED}
    found = line(status, fee=0, firm=not never_firm, reason="Zu wenige")
    last = found.steps[-1]
    assert (last.state, last.at, last.reason) == (
        StepState.ENDED,
        FIRM + timedelta(days=1),
        "Zu wenige",
    )
    assert found.now
    assert [
        step for step in found.steps if step.state in {StepState.CURRENT, StepState.COMING}
    ] == []


def test_money_that_went_back_is_a_step_of_its_own() -> None:
    booking = asked_for(BookingStatus.WITHDRAWN, fee_cents=0)
    events = [
        BookingEvent(status=BookingStatus.WITHDRAWN, at=FIRM + timedelta(days=1), reason=""),
        BookingEvent(status="refunded", at=FIRM + timedelta(days=9), reason="98,00 €"),
    ]
    found = timeline_of(booking, events, today=date(2027, 1, 30), binding_days=14)
    assert names(found)[-2:] == ["widerrufen: ended", "Erstattung erledigt: done"]
    assert (found.steps[-1].at, found.steps[-1].reason) == (FIRM + timedelta(days=9), "98,00 €")


def test_a_rejected_request_was_checked_and_a_lapsed_one_was_not() -> None:
    rejected = line(BookingStatus.REJECTED, firm=False)
    assert names(rejected) == ["eingegangen: done", "geprüft: done", "abgelehnt: ended"]
    assert names(line(BookingStatus.EXPIRED, firm=False)) == [
        "eingegangen: done",
        "verfallen: ended",
    ]


@pytest.mark.parametrize(
    ("status", "fee", "paid", "said"),
    [
        (BookingStatus.CANCELLED_BY_CUSTOMER, 500, 0, "Die Stornierung kostet 5,00\xa0€."),
        (BookingStatus.CANCELLED_BY_CUSTOMER, 500, 9800, "Wir erstatten 93,00\xa0€"),
        (BookingStatus.CANCELLED_BY_CUSTOMER, 0, 0, "keine Kosten"),
        (BookingStatus.CANCELLED_BY_PROVIDER, 9800, 0, "keine Kosten"),
        (BookingStatus.CANCELLED_BY_PROVIDER, 9800, 9800, "Wir erstatten 98,00\xa0€"),
        (BookingStatus.WITHDRAWN, 0, 9800, "Wir erstatten 98,00\xa0€"),
    ],
)
def test_an_end_says_what_becomes_of_the_money(
    status: BookingStatus, fee: int, paid: int, said: str
) -> None:
    assert said in line(status, fee=fee, paid=paid).now


def test_a_booking_confirmed_before_days_were_noted_is_due_fourteen_days_later() -> None:
    assert due_on(Booking(confirmed_at=FIRM, due_on=None)) == date(2027, 1, 20)
    assert due_on(Booking(confirmed_at=None, due_on=None)) is None


def test_what_happened_stands_in_its_order() -> None:
    booking = asked_for(due_on=DUE)
    told = BookingEvent(status=CHANGE_TOLD, at=FIRM + timedelta(hours=1), reason="verlegt")
    found = timeline_of(booking, [told], today=date(2027, 1, 7), binding_days=14)
    done = [step.name for step in found.steps if step.state == StepState.DONE]
    assert done[-2:] == ["Lastschrift angekündigt", "Kursänderung mitgeteilt"]


@pytest.mark.parametrize(
    ("fee", "said"),
    [(9000, "ist bezahlt. Wir erstatten 8,00\xa0€"), (0, "01.02.2027. Wir erstatten 98,00\xa0€")],
)
def test_what_was_paid_too_much_goes_back_and_is_said(fee: int, said: str) -> None:
    assert said in line(fee=fee, paid=9800).now


def test_what_is_paid_in_full_ends_with_saying_so() -> None:
    assert line(paid=9800).now.endswith("ist bezahlt.")


def test_money_that_went_back_before_the_end_stands_before_it() -> None:
    """Moved into a cheaper course, paid back, and cancelled a week later."""
    booking = asked_for(BookingStatus.CANCELLED_BY_CUSTOMER, fee_cents=0)
    events = [
        BookingEvent(status=REFUNDED, at=FIRM + timedelta(days=1), reason="8,00 €"),
        BookingEvent(status=booking.status, at=FIRM + timedelta(days=8), reason=""),
        BookingEvent(status=REFUNDED, at=FIRM + timedelta(days=9), reason="90,00 €"),
    ]
    found = timeline_of(booking, events, today=date(2027, 1, 30), binding_days=14)
    assert [(step.name, step.reason) for step in found.steps[-3:]] == [
        ("Erstattung erledigt", "8,00 €"),
        ("storniert", ""),
        ("Erstattung erledigt", "90,00 €"),
    ]


def test_a_course_that_is_over_stands_before_a_debit_that_has_not_come() -> None:
    found = line(today=date(2027, 3, 2))
    assert names(found)[-2:] == ["besucht: done", "Einzug fällig: current"]


def test_a_day_stands_among_the_moments() -> None:
    """Collected on 20 January, told of a change the day after."""
    booking = asked_for(paid_cents=9800, due_on=DUE)
    told = BookingEvent(status=CHANGE_TOLD, at=datetime(2027, 1, 21, 9, tzinfo=UTC), reason="")
    found = timeline_of(booking, [told], today=date(2027, 1, 22), binding_days=14)
    assert [step.name for step in found.steps[-3:]] == [
        "eingezogen",
        "Kursänderung mitgeteilt",
        "besucht",
    ]
