"""What is owed, paid, collected and paid back after several changes of one booking."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.banking.models import SepaMandate
from kmz.booking.concessions.actions import refuse_concession
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.actions.refunds import finish_refund
from kmz.booking.leaving.actions.withdrawing import accept_withdrawal, declare
from kmz.booking.leaving.queries import (
    cancellation_cost,
    get_withdrawal,
    possible_bookings,
    terms_by_policy,
)
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.models import Booking, ConcessionReason, Withdrawal
from kmz.booking.my_bookings.queries import get_booking
from kmz.booking.obligations import open_obligations
from kmz.booking.rebooking.actions import Click, rebook_by_office
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import Course
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import Buyer
from tests.booking.test_rebooking import booked, course_like, move_to, refunds, row
from tests.factories import make_bank_account, make_customer, make_staff


def rebooked(number: int, course: Course, cents: int) -> int:
    """Moved by the office, which may make it dearer."""
    click = Click(
        booking_id=number,
        course_id=course.id,
        shown_cents=cents,
        before_proof="full",
        reason="telefonisch",
    )
    return rebook_by_office(click, by=make_staff())


def mail(kind: str) -> str:
    db.session.rollback()
    newest = select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id.desc())
    return db.session.scalars(newest).all()[0].text


@pytest.mark.parametrize(("cents", "back"), [(9000, [800]), (9800, []), (12000, [])])
def test_what_is_owed_again_does_not_go_back(
    customer: CustomerAccount, cents: int, back: list[int]
) -> None:
    first = booked(customer, course_like(), paid=9800)
    second = move_to(customer, first, course_like(fee_cents=8000), 8000)
    assert [refund.amount_cents for refund in refunds()] == [1800]
    last = rebooked(second, course_like(fee_cents=cents), cents)
    assert [refund.amount_cents for refund in refunds()] == back
    for refund in refunds():
        finish_refund(refund.id, by=make_staff(role="finance"))
    assert row(last).paid_cents == min(9800, cents)


def test_what_is_paid_is_not_announced_as_a_debit(buyer: Buyer) -> None:
    number = booked(buyer.customer, course_like(), paid=9800)
    move_to(buyer.customer, number, course_like())
    assert "Das Entgelt ist bezahlt." in mail("M34")
    assert "Wir ziehen" not in mail("M34")


def test_a_decision_about_a_paid_fee_announces_nothing(customer: CustomerAccount) -> None:
    course = course_like(concession_allowed=True, reduced_fee_cents=6000)
    number = booked(customer, course, paid=9800)
    with transaction() as session:
        reason = ConcessionReason(code="x", label="Ehrenamt", percent=50)
        session.add(reason)
        session.flush()
        booking = session.get_one(Booking, number)
        booking.concession_reason_id, booking.concession_status = reason.id, "claimed"
        booking.concession_fee_cents = 6000
    refuse_concession(number, reason="abgelaufen", by=make_staff())
    assert "Es ist bezahlt." in mail("M30")
    assert "Wir ziehen" not in mail("M30")


def test_what_goes_back_after_a_widerruf_is_due_from_the_declaration(
    customer: CustomerAccount,
) -> None:
    number = booked(customer, course_like(), paid=9800)
    withdrawal = declared(customer, email=customer.email)
    with clock.moved_by(days=10):
        accept_withdrawal(withdrawal, [number], by=make_staff())
    assert refunds()[0].due_on == clock.today() + timedelta(days=14)


def declared(customer: CustomerAccount, *, email: str, known: bool = False) -> int:
    """A Widerruf that names no booking; its id."""
    return declare(
        Declaration("Andrea", "mein Kurs", email),
        token="one click",
        booking_ids=[],
        customer=customer if known else None,
        holidays=(),
        may_mail=True,
    ).id


def test_the_cost_of_a_storno_stands_against_closing_the_account(
    customer: CustomerAccount,
) -> None:
    number = booked(customer, course_like(starts_on=clock.today() + timedelta(days=5)))
    owner = BookingOwner(customer.id)
    cost = cancellation_cost(get_booking(owner, number), terms_by_policy())
    assert cost > 0
    cancel_bookings(owner, {number: cost}, by=customer)
    (problem,) = open_obligations(customer.id)
    assert "98,00" in problem.message
    assert "fällig" in problem.message
    with transaction() as session:
        session.get_one(Booking, number).paid_cents = cost
    assert open_obligations(customer.id) == []
    assert db.session.scalars(select(SepaMandate.revoked_at)).all() in ([], [None])


def test_an_open_widerruf_stands_against_closing_the_account(customer: CustomerAccount) -> None:
    declared(customer, email=customer.email, known=True)
    (problem,) = open_obligations(customer.id)
    assert "Ihr Widerruf vom" in problem.message


def test_bookings_of_closed_accounts_are_no_candidates(customer: CustomerAccount) -> None:
    gone = make_customer(email="boris@example.org")
    make_bank_account(gone)
    booked(gone, course_like())
    own = booked(customer, course_like())
    number = declared(customer, email=customer.email)
    with transaction() as session:
        person = session.get_one(CustomerAccount, gone.id)
        person.email, person.closed_at = "", clock.now()
    assert [booking.id for booking in possible_bookings(get_withdrawal(number))] == [own]
    with transaction() as session:
        session.get_one(Withdrawal, number).email = ""
    assert possible_bookings(get_withdrawal(number)) == []
