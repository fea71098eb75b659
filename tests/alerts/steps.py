"""What stories about alerts do again and again."""

import re
from typing import Any, TypeVar

from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.alerts.actions import ordering
from kmz.alerts.actions.telling import tell_of_free_seats, tell_of_new_courses
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.alerts.rules import SETTLING_TIME
from kmz.alerts.wanted import WantedSearch, WantedSeat
from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.db import Base, db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import make_course
from tests.page import Browser, Page

EMAIL = "gast@example.org"
SEARCH = "/suchabo?q=italienisch"
ITALIAN = WantedSearch("q=italienisch&anzeige=alle", "„italienisch“")
Row = TypeVar("Row", bound=Base)


def rows(table: type[Row]) -> list[Row]:
    """What stands in a table now, the oldest first."""
    db.session.rollback()
    return sorted(db.session.scalars(select(table)), key=lambda row: int(getattr(row, "id")))  # noqa: B009 - every table here has it


def mails(kind: str) -> list[OutgoingMail]:
    """The mails of a kind, the oldest first."""
    return [mail for mail in rows(OutgoingMail) if mail.kind == kind]


def link_in(mail: OutgoingMail, start: str) -> str:
    """The address in a mail that begins like this."""
    found = re.search(rf"http://localhost({re.escape(start)}\S*)", mail.text)
    assert found is not None, mail.text
    return found[1]


def confirmation_link() -> str:
    return link_in(mails("M25")[-1], "/benachrichtigung/bestaetigung/")


def order_as_guest(browser: Browser, email: str = EMAIL, address: str = SEARCH) -> Page:
    """Fill in the form of a guest; what is shown after it."""
    browser.open(address)
    return browser.submit("Suche abonnieren", email=email)


def confirm(browser: Browser) -> Page:
    """Press the button behind the newest link."""
    browser.open(confirmation_link())
    return browser.submit("Benachrichtigung bestätigen")


def make_search(customer: CustomerAccount, wanted: WantedSearch = ITALIAN) -> SavedSearch:
    """A customer's Suchabo."""
    ordering.order(customer, wanted)
    return rows(SavedSearch)[-1]


def make_seat_alert(customer: CustomerAccount, course: Course) -> SeatAlert:
    """A customer who waits for a seat."""
    ordering.order(customer, WantedSeat(course.id))
    return rows(SeatAlert)[-1]


def make_full_course(**fields: Any) -> Course:
    """A course without free seats."""
    return make_course(**{"max_participants": 2, "seats_taken": 2, **fields})


def free_a_seat(course_id: int) -> None:
    """Somebody leaves the course."""
    with transaction() as session:
        session.get_one(Course, course_id).seats_taken -= 1


def look_for_news() -> None:
    """The worker's hourly look, some time after the last course was published."""
    with clock.moved_by(seconds=SETTLING_TIME.total_seconds() + 1):
        tell_of_new_courses()
    db.session.rollback()


def look_for_seats() -> None:
    """The worker's look in every minute."""
    tell_of_free_seats()
    db.session.rollback()


def refresh() -> None:
    """Let the search know the courses that were just made."""
    catalog_search().refresh()
