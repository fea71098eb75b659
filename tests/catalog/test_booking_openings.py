"""Buchungsstart: said once for a semester or Programmbereich, and the same everywhere."""

import json
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.audit.actions import SYSTEM
from kmz.audit.models import AuditEntry
from kmz.booking.models import Booking
from kmz.catalog.actions.booking_openings import add_opening, delete_opening, move_opening
from kmz.catalog.models import BookingOpening, Course, Semester
from kmz.catalog.rules import CourseAvailability
from kmz.catalog.search import catalog_search
from kmz.catalog.states import state_now
from kmz.db import db, transaction
from kmz.errors import RefusedError
from tests.catalog.imports.sample import address, session
from tests.catalog.imports.steps import course, imported, record
from tests.factories import area, make_course, make_customer, make_request, make_staff
from tests.page import Browser
from tests.steps import log_in_staff

HOUR = timedelta(hours=1)


@pytest.fixture
def opens() -> datetime:
    """Tomorrow morning, at an odd second."""
    return clock.berlin_moment(clock.today() + timedelta(days=1), 8, 0, 30)


@pytest.fixture
def semester(app: Flask) -> int:
    with transaction() as session:
        row = Semester(code="271", name="Frühjahr/Sommer 2027")
        session.add(row)
    return row.id


def opening_of(course: Course) -> tuple[datetime | None, bool]:
    db.session.rollback()
    row = db.session.execute(
        select(Course.booking_opens_at, Course.opening_inherited).where(Course.id == course.id)
    ).one()
    return row[0], row[1]


def ids() -> list[int]:
    return list(db.session.scalars(select(BookingOpening.id).order_by(BookingOpening.id)))


def test_the_course_wins_over_its_bereich_and_that_over_the_semester(
    semester: int, opens: datetime
) -> None:
    own = make_course(semester_id=semester, area_code="4.06", booking_opens_at=opens + 9 * HOUR)
    field = make_course(semester_id=semester, area_code="4.06")
    above = make_course(semester_id=semester, area_code="4.09")
    other = make_course(semester_id=semester, area_code="3")
    without = make_course(area_code="4.06")
    for code, moment in ((None, opens), ("4", opens + HOUR), ("4.06", opens + 2 * HOUR)):
        add_opening("271", area(code).id if code else None, moment, by=SYSTEM)
    assert opening_of(own) == (opens + 9 * HOUR, False)
    assert opening_of(field) == (opens + 2 * HOUR, True)
    assert opening_of(above) == (opens + HOUR, True)
    assert opening_of(other) == (opens, True)
    assert opening_of(without) == (None, False)
    whole, bereich, fach = ids()
    delete_opening(fach, by=SYSTEM)
    assert opening_of(field) == (opens + HOUR, True)
    move_opening(whole, opens + 3 * HOUR, by=SYSTEM)
    assert opening_of(other) == (opens + 3 * HOUR, True)
    for left in (whole, bereich):
        delete_opening(left, by=SYSTEM)
    assert [opening_of(one) for one in (field, above, other)] == [(None, False)] * 3
    assert opening_of(own) == (opens + 9 * HOUR, False)


def test_a_semester_that_no_course_has_yet_can_be_opened(app: Flask, opens: datetime) -> None:
    add_opening("292", None, opens, by=SYSTEM)
    made = db.session.scalars(select(Semester).where(Semester.code == "292")).one()
    assert made.name == "Herbst/Winter 2029/30"


@pytest.mark.parametrize("code", [None, "4"])
def test_there_is_one_opening_each(semester: int, opens: datetime, code: str | None) -> None:
    area_id = area(code).id if code else None
    add_opening("271", area_id, opens, by=SYSTEM)
    with pytest.raises(RefusedError, match=r"opening\.taken"):
        add_opening("271", area_id, opens + HOUR, by=SYSTEM)
    assert len(ids()) == 1


def test_everybody_says_the_same(
    app: Flask, browser_: Browser, semester: int, opens: datetime
) -> None:
    course = make_course(semester_id=semester, fee_cents=0, title="Italienisch")
    catalog_search().refresh()
    add_opening("271", None, opens, by=SYSTEM)
    catalog_search().refresh()
    said = f"Anmeldung ab {clock.in_berlin(opens):%d.%m.%Y}, 08:00:30 Uhr"
    assert said in browser_.open(f"/kurs/{course.slug}").text
    assert said in browser_.open("/kurse?q=Italienisch").text
    api = json.loads(browser_.client.get(f"/api/v1/kurse/{course.slug}").get_data(as_text=True))
    assert said in json.dumps(api, ensure_ascii=False)
    customer = make_customer()
    with pytest.raises(RefusedError) as refused:
        make_request(customer, course)
    assert said in str([problem.message for problem in refused.value.problems])
    assert db.session.scalars(select(Booking)).all() == []


@pytest.mark.parametrize(("shift", "opened"), [(-1, False), (0, True)])
def test_it_opens_at_its_second_and_not_before(
    app: Flask, semester: int, opens: datetime, shift: int, *, opened: bool
) -> None:
    course = make_course(semester_id=semester)
    add_opening("271", None, opens, by=SYSTEM)
    db.session.refresh(course)
    state = state_now(course, now=opens + timedelta(seconds=shift))
    assert (state.code is not CourseAvailability.NOT_OPEN_YET) is opened


def test_an_early_click_is_refused_and_the_same_click_books_when_it_opens(
    app: Flask, semester: int
) -> None:
    course = make_course(semester_id=semester, fee_cents=0)
    customer = make_customer()
    opens = (clock.now() + timedelta(hours=2)).replace(microsecond=0)
    add_opening("271", None, opens, by=SYSTEM)
    for shift, booked in ((-20, 0), (0, 1)):
        seconds = (opens - clock.now()).total_seconds() + shift
        with clock.moved_by(seconds=seconds):
            if booked:
                make_request(customer, course)
            else:
                with pytest.raises(RefusedError):
                    make_request(customer, course)
        assert len(db.session.scalars(select(Booking)).all()) == booked


def test_saving_a_course_in_the_office_keeps_what_it_inherits(
    browser_: Browser, semester: int, opens: datetime
) -> None:
    course = make_course(semester_id=semester)
    add_opening("271", None, opens, by=SYSTEM)
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    browser_.open(f"/verwaltung/kurse/{course.id}")
    assert f"{clock.in_berlin(opens):%d.%m.%Y}" not in browser_.page.html
    browser_.submit("Speichern", title="Anders")
    assert opening_of(course) == (opens, True)
    browser_.open(f"/verwaltung/kurse/{course.id}")
    browser_.submit("Speichern", opens="01.02.2027 12:00:05")
    assert opening_of(course) == (clock.berlin_moment(date(2027, 2, 1), 12, 0, 5), False)
    browser_.open(f"/verwaltung/kurse/{course.id}")
    browser_.submit("Speichern", opens="")
    assert opening_of(course) == (opens, True)


def test_the_office_adds_moves_and_deletes_an_opening(
    browser_: Browser, semester: int, opens: datetime
) -> None:
    course = make_course(semester_id=semester)
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    browser_.open("/verwaltung/buchungsstart")
    wrong = browser_.submit("Buchungsstart anlegen", semester="271", opens="morgen früh")
    assert wrong.status == 422
    assert "morgen früh" in wrong.html
    day = f"{clock.in_berlin(opens):%d.%m.%Y}"
    browser_.submit("Buchungsstart anlegen", semester="271", opens=f"{day} 8:00:30")
    assert f"{day}, 08:00:30 Uhr" in browser_.page.text
    assert opening_of(course) == (opens, True)
    again = browser_.submit("Buchungsstart anlegen", semester="271", opens=day)
    assert "schon einen Buchungsstart" in again.text
    browser_.open("/verwaltung/buchungsstart")
    browser_.click("Ändern: Frühjahr/Sommer 2027")
    assert f"{day} 08:00:30" in browser_.page.html
    browser_.submit("Speichern", opens=f"{day} 9:00")
    assert opening_of(course) == (opens + HOUR - timedelta(seconds=30), True)
    browser_.submit("Löschen")
    assert opening_of(course) == (None, False)
    actions = select(AuditEntry.action).where(AuditEntry.object_kind == "booking_opening")
    assert list(db.session.scalars(actions.order_by(AuditEntry.id))) == [
        "opening.added",
        "opening.moved",
        "opening.deleted",
    ]


def test_finance_may_not(browser_: Browser) -> None:
    make_staff(email="kasse@example.org", role="finance")
    log_in_staff(browser_, "kasse@example.org")
    assert browser_.open("/verwaltung/buchungsstart").status == 403


def test_an_import_gives_new_courses_the_opening_and_loses_none(
    app: Flask, opens: datetime
) -> None:
    add_opening("262", None, opens, by=SYSTEM)
    imported(record("1"))
    assert opening_of(course("1")) == (opens, True)
    imported(record("1", name="Anders"))
    assert opening_of(course("1")) == (opens, True)
    with transaction() as session:
        own = session.get_one(Course, course("1").id)
        own.booking_opens_at, own.opening_inherited = opens + HOUR, False
    imported(record("1", name="Noch anders"))
    assert opening_of(course("1")) == (opens + HOUR, False)


def test_a_course_that_an_import_moves_to_another_semester_follows(
    app: Flask, opens: datetime
) -> None:
    add_opening("262", None, opens, by=SYSTEM)
    imported(record("1"))
    later = {"adresse": [address()], "termin": [session("2027-03-01")]}
    imported(record("1", beginn_datum="2027-03-01", ende_datum="2027-03-01", ortetermine=later))
    assert opening_of(course("1")) == (None, False)
