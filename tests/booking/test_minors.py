"""The office sees who is a minor, and whom to reach (L09)."""

from sqlalchemy import select

from kmz.booking.models import Booking
from kmz.db import db, transaction
from tests.booking.test_decisions import make_booking
from tests.factories import make_course, make_staff
from tests.page import Browser
from tests.steps import log_in_staff


def make_minor(**fields: str) -> int:
    """A booking for a child; its id."""
    number = make_booking(make_course(), **fields)
    with transaction() as session:
        booking = session.get_one(Booking, number)
        booking.is_minor = True
        booking.participant_first_name = "Mia"
    return number


def test_minors_are_marked_with_whom_to_reach_and_can_be_filtered(browser_: Browser) -> None:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    child = make_minor(first_name="Andrea")
    make_booking(make_course(), first_name="Boris")
    both = browser_.open("/verwaltung/anmeldungen")
    assert "2 Anmeldungen" in both.text
    only = browser_.submit("Suchen", alter="minderjaehrig")
    assert "1 Anmeldung" in only.text
    assert "Boris" not in only.text
    assert "minderjährig Tel. 01234 567890" in only.text
    detail = browser_.open(f"/verwaltung/anmeldungen/{child}").text
    assert "minderjährig Sorgeberechtigt oder mit deren Einwilligung gebucht hat Andrea" in detail
    assert db.session.scalars(select(Booking.is_minor).order_by(Booking.id)).all() == [True, False]
