"""What a person pays, with and without an Ermäßigung (domain.md 1.5)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kmz import clock
from kmz.booking.checkout.prices import Price, price_of, reduced_fee
from kmz.booking.models import Booking, ConcessionReason, ConcessionStatus
from kmz.db import db, transaction
from tests.booking.conftest import Buyer
from tests.factories import make_course


@dataclass
class Fees:
    """A course's money."""

    fee_cents: int | None = 9800
    reduced_fee_cents: int | None = None
    concession_allowed: bool = True


def reason(*, percent: int = 25, needs_proof: bool = True) -> ConcessionReason:
    return ConcessionReason(code="x", label="X", percent=percent, needs_proof=needs_proof)


@pytest.mark.parametrize(
    ("course", "why", "before_proof", "price"),
    [
        (Fees(), None, "full", Price(9800)),
        (Fees(), reason(), "full", Price(9800, 7350, ConcessionStatus.CLAIMED)),
        (Fees(), reason(), "reduced", Price(7350, 7350, ConcessionStatus.CLAIMED)),
        (
            Fees(),
            reason(needs_proof=False),
            "full",
            Price(7350, 7350, ConcessionStatus.VERIFIED),
        ),
        (
            Fees(reduced_fee_cents=4000),
            reason(),
            "full",
            Price(9800, 4000, ConcessionStatus.CLAIMED),
        ),
        (Fees(concession_allowed=False), reason(), "reduced", Price(9800)),
        (Fees(fee_cents=0), None, "full", Price(0)),
    ],
)
def test_the_price_follows_course_reason_and_house(
    course: Fees, why: ConcessionReason | None, before_proof: str, price: Price
) -> None:
    assert price_of(course, why, before_proof=before_proof) == price


@given(st.integers(0, 10**7), st.integers(1, 100))
def test_a_reduced_fee_is_never_more_nor_negative(fee: int, percent: int) -> None:
    assert 0 <= reduced_fee(Fees(fee), percent) <= fee


def test_an_asked_concession_is_shown_and_owed_in_full_until_it_is_verified(buyer: Buyer) -> None:
    with transaction() as session:
        row = reason()
        session.add(row)
        session.flush()
        number = row.id
    course = make_course(fee_cents=9800, concession_allowed=True)
    buyer.fill_in(course, participants_0_concession=str(number))
    assert "Ermäßigt 73,50" in buyer.browser.page.text
    assert buyer.press().headings == ["Vielen Dank"]
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.fee_cents, booking.concession_fee_cents) == (9800, 7350)
    assert booking.concession_status == ConcessionStatus.CLAIMED


def test_a_made_up_reason_is_refused(buyer: Buyer) -> None:
    with transaction() as session:
        session.add(reason())
    course = make_course(concession_allowed=True)
    buyer.fill_in(course, participants_0_concession="999")
    assert buyer.browser.page.status == 422


def test_two_courses_at_the_same_time_are_said_and_not_refused(buyer: Buyer) -> None:
    day = clock.today() + timedelta(days=30)
    first, second = make_course(starts_on=day), make_course(starts_on=day)
    buyer.fill_in(first)
    buyer.press()
    buyer.fill_in(second)
    assert "überschneiden sich am" in buyer.browser.page.text
    assert buyer.press().headings == ["Vielen Dank"]
