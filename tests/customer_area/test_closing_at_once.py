"""Closing an account while somebody books for it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from flask import Flask

from kmz.accounts.models import CustomerAccount
from kmz.audit.actions import SYSTEM
from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import fresh_content
from kmz.booking.models import Booking
from kmz.booking.rules import CartOwner
from kmz.customer_area.actions import closing
from kmz.errors import NotFoundError, RefusedError
from tests.customer_area.test_closing import YEARS, all_of
from tests.factories import make_course, make_customer, make_terms


def test_a_booking_and_a_closing_at_once_never_both_happen(app: Flask) -> None:
    """Either the booking was first and stands against closing, or it finds no customer."""
    number, course = make_customer().id, make_course(fee_cents=0)
    owner = CartOwner(customer_id=number)
    draft = save_draft(owner, replace(fresh_content([course.id]), is_ready=True))
    start = Barrier(2)

    def run(action: Callable[[], object]) -> bool:
        with app.app_context():
            start.wait()
            try:
                action()
            except (RefusedError, NotFoundError):
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        booked = pool.submit(run, lambda: book(owner, draft, make_terms(0)))
        closed = pool.submit(
            run, lambda: closing.close_account(number, keep_years=YEARS, by=SYSTEM)
        )
        assert booked.result() != closed.result()
    assert len(all_of(Booking)) == int(booked.result())
    assert len(all_of(CustomerAccount)) == int(booked.result())
