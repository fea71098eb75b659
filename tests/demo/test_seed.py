"""The demo's data: complete, believable, and sown once."""

import re
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kmz import clock, create_app
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingStatus,
    Refund,
    WaitlistEntry,
    WaitlistStatus,
    Withdrawal,
)
from kmz.catalog.models import Course, ProgramArea
from kmz.catalog.rules import CourseAvailability, availability
from kmz.catalog.semesters import semester_code
from kmz.db import Base, db
from kmz.demo.access import CUSTOMER_EMAIL, SCHOOL_NUMBER, SCHOOL_USERNAME, find_access
from kmz.demo.seed import seed
from tests.conftest import FreshClient, make_config
from tests.page import Browser
from tests.steps import log_in_by_school
from tests.tools.databases import EmptyDatabases


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A demo portal with its data, sown once for all claims below."""
    folder = tmp_path_factory.mktemp("demo")
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copy(request.getfixturevalue("sqlite_template"), folder / "kmz.db")
            url = f"sqlite:///{folder / 'kmz.db'}"
        else:
            databases: EmptyDatabases = request.getfixturevalue("postgres_databases")
            url = stack.enter_context(databases.lend())
        app = create_app(make_config(url, folder, KMZ_MODE="demo"))
        app.test_client_class = FreshClient
        seed(app)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def seeded(portal: Flask) -> Iterator[Flask]:
    """The same, with an app context open."""
    with portal.app_context():
        yield portal
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def instance(portal: Flask) -> Path:
    """Its folder."""
    folder: Path = portal.config["KMZ"].instance
    return folder


def all_courses() -> list[Course]:
    return list(db.session.scalars(select(Course).options(selectinload(Course.sessions))))


@pytest.mark.usefixtures("seeded")
def test_about_120_courses_stand_in_all_seven_areas() -> None:
    courses = all_courses()
    codes = dict(db.session.execute(select(ProgramArea.id, ProgramArea.code)).all())
    upcoming = [course for course in courses if course.ends_on and course.ends_on >= clock.today()]
    assert 115 <= len(upcoming) <= 130
    assert {codes[course.program_area_id][0] for course in upcoming} == set("1234567")
    assert len({course.number for course in courses}) == len(courses)


@pytest.mark.usefixtures("seeded")
def test_every_status_can_be_seen() -> None:
    now = clock.now()
    found = Counter(availability(course, now=now).code for course in all_courses())
    assert set(found) == set(CourseAvailability)


@pytest.mark.usefixtures("seeded")
def test_numbers_tell_the_semester_and_the_area() -> None:
    codes = dict(db.session.execute(select(ProgramArea.id, ProgramArea.code)).all())
    for course in all_courses():
        assert course.starts_on
        assert re.fullmatch(r"\d{3}-\d{4}", course.number)
        assert course.number.startswith(f"{semester_code(course.starts_on)}-")
        assert course.number[4] == codes[course.program_area_id][0]


@pytest.mark.usefixtures("seeded")
def test_sessions_agree_with_the_first_and_last_day() -> None:
    for course in all_courses():
        days = [session.day for session in course.sessions]
        assert days == sorted(days)
        assert (days[0], days[-1]) == (course.starts_on, course.ends_on)
        assert all(s.starts_at and s.ends_at and s.starts_at < s.ends_at for s in course.sessions)


@pytest.mark.usefixtures("seeded")
def test_seats_are_counted_as_they_are_booked() -> None:
    query = select(Booking.course_id, func.count()).where(Booking.status.in_(SEAT_HOLDING))
    booked = dict(db.session.execute(query.group_by(Booking.course_id)).all())
    for course in all_courses():
        assert course.seats_taken == booked.get(course.id, 0), course.title
        occupied = course.seats_taken + (course.external_participants or 0)
        assert occupied <= course.max_participants, course.title


@pytest.mark.usefixtures("seeded")
def test_the_office_finds_twelve_open_requests_of_several_people() -> None:
    query = select(Booking).where(Booking.status == BookingStatus.REQUESTED)
    waiting = list(db.session.scalars(query))
    assert len(waiting) == 12
    assert len({booking.customer_id for booking in waiting}) == 9
    ages = [(clock.now() - booking.requested_at).days for booking in waiting]
    assert max(ages) > 7
    assert min(ages) <= 1


@pytest.mark.usefixtures("seeded")
def test_the_demo_customer_has_a_history_in_older_semesters() -> None:
    query = select(Booking.status, Course.number).join(Course).join(CustomerAccount)
    rows = db.session.execute(query.where(CustomerAccount.email == CUSTOMER_EMAIL)).all()
    statuses = Counter(status for status, _ in rows)
    assert statuses == {
        BookingStatus.CONFIRMED: 13,
        BookingStatus.REQUESTED: 1,
        BookingStatus.REJECTED: 1,
        BookingStatus.CANCELLED_BY_PROVIDER: 1,
        BookingStatus.CANCELLED_BY_CUSTOMER: 1,
        BookingStatus.WITHDRAWN: 1,
    }
    assert len({number[:3] for _, number in rows}) >= 5


@pytest.mark.usefixtures("seeded")
def test_the_demo_customer_waits_and_has_an_offer() -> None:
    query = select(WaitlistEntry.status).join(CustomerAccount)
    own = db.session.scalars(query.where(CustomerAccount.email == CUSTOMER_EMAIL))
    assert sorted(own) == [WaitlistStatus.OFFERED, WaitlistStatus.WAITING]


@pytest.mark.usefixtures("seeded")
def test_something_opens_within_a_day_or_two_and_somebody_withdrew() -> None:
    opening = [course.booking_opens_at for course in all_courses() if course.booking_opens_at]
    assert min(opening) - clock.now() < timedelta(days=2)
    open_ones = select(func.count()).select_from(Withdrawal).where(Withdrawal.settled_at.is_(None))
    assert db.session.scalar(open_ones) == 1


def _row_counts() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def test_sowing_twice_changes_nothing(seeded: Flask, instance: Path) -> None:
    before, access = _row_counts(), find_access(instance)
    assert seed(seeded) == access
    assert _row_counts() == before


def test_both_logins_work(seeded: Flask, instance: Path) -> None:
    access = find_access(instance)
    assert access is not None
    browser = Browser(seeded.test_client())
    browser.open("/login")
    page = browser.submit(
        "Anmelden", login_email=access.customer_email, login_password=access.customer_password
    )
    assert page.headings == ["Herzlich willkommen, Erika Beispiel"]
    browser.open("/verwaltung/login")
    browser.submit("Anmelden", email=access.staff_email, password=access.staff_password)
    shown = re.search(r"gerade: (\d{6})", Browser(seeded.test_client()).open("/demo-postfach").text)
    assert shown is not None
    assert browser.submit("Bestätigen", code=shown[1]).path == "/verwaltung"


@pytest.mark.parametrize(
    ("username", "name"),
    [("", "Schule an der Lindenallee"), (SCHOOL_USERNAME, "Miriam Ostwald")],
)
def test_the_school_has_two_logins(seeded: Flask, instance: Path, username: str, name: str) -> None:
    access = find_access(instance)
    assert access is not None
    browser = Browser(seeded.test_client())
    page = log_in_by_school(browser, SCHOOL_NUMBER, username, access.school_password)
    assert page.headings == [f"Herzlich willkommen, {name}"]


def test_lost_logins_are_replaced(seeded: Flask, instance: Path) -> None:
    (instance / "demo.txt").unlink()
    old = db.session.scalars(select(StaffUser.password_hash)).one()
    access = seed(seeded)
    db.session.rollback()  # look again: this session still reads the state from before
    fresh = db.session.scalars(select(StaffUser.password_hash)).one()
    assert fresh != old
    assert seeded.extensions["kmz_passwords"].verify(fresh, access.staff_password)


@pytest.mark.usefixtures("seeded")
def test_the_logins_are_noted_for_their_owner_only(instance: Path) -> None:
    path = instance / "demo.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    access = find_access(instance)
    assert access is not None
    assert len(access.staff_password) >= 15


@pytest.mark.parametrize("address", ["/", "/kurse", "/demo-postfach", "/kontakt"])
def test_the_pages_of_a_fresh_demo_answer(seeded: Flask, address: str) -> None:
    page = Browser(seeded.test_client()).open(address)
    assert page.status == 200
    assert page.title
    assert len(page.headings) == 1


@pytest.mark.usefixtures("seeded")
def test_something_was_paid_and_something_goes_back() -> None:
    paid = select(func.count()).where(Booking.paid_cents > 0, Booking.status == "confirmed")
    assert (db.session.scalar(paid) or 0) > 1
    done = {refund.done_at is not None for refund in db.session.scalars(select(Refund))}
    assert done == {True, False}
