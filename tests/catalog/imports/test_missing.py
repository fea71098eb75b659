"""What a full feed no longer has: offline, never lost, and back when the feed has it again."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.catalog.actions import courses as actions
from kmz.catalog.imports.missing import ShrinkingFeedError
from kmz.catalog.models import Course, CourseSource
from kmz.db import db, transaction
from tests.catalog.imports.steps import counts, course, imported, is_public, record
from tests.factories import make_course, make_customer, make_request, make_staff

ALL = tuple(record(str(guid)) for guid in range(1, 5))


@pytest.fixture
def staff(app: Flask) -> StaffUser:
    assert app
    return make_staff()


def since(guid: str) -> object:
    db.session.rollback()
    asked = select(CourseSource.missing_since).where(CourseSource.external_id == guid)
    return db.session.scalars(asked).one()


def test_a_partial_file_takes_nothing_offline(app: Flask) -> None:
    imported(*ALL)
    assert counts(imported(ALL[0])) == (0, 0, 1, 0)
    assert is_public("2")


def test_what_a_full_feed_lacks_goes_offline_and_stays_in_the_database(app: Flask) -> None:
    own = make_course(number="271-1")
    imported(*ALL)
    imported(record("9"), source="anderswo")
    before = course("4").changed_in
    with clock.moved_by(days=1):
        report = imported(*ALL[:3], is_full=True)
        now = clock.now()
    assert counts(report) == (0, 0, 3, 0)
    assert [(named.number, named.bookings) for named in report.offline] == [("N4", 0)]
    assert "Aus dem Programm genommen: 1" in report.lines()
    gone = course("4")
    assert (gone.published_at, gone.cancelled_at) == (None, None)
    assert gone.withdrawn_at is not None
    assert abs((gone.withdrawn_at - now).total_seconds()) < 60
    assert since("4") == gone.withdrawn_at
    assert gone.changed_in > before
    assert all(is_public(guid) for guid in "123")
    assert course("9", "anderswo").published_at is not None
    assert db.session.get_one(Course, own.id).published_at is not None


def test_bookings_of_a_vanished_course_stay_and_are_counted(app: Flask) -> None:
    imported(*ALL)
    with transaction() as session:
        later = clock.today() + timedelta(days=30)
        session.execute(
            update(Course).values(
                booking_channel="online", fee_cents=0, starts_on=later, ends_on=later
            )
        )
    made = make_request(make_customer(), course("4"))
    report = imported(*ALL[:3], is_full=True)
    assert report.offline_with_bookings == 1
    line = "Aus dem Programm genommen: 1, davon 1 mit Anmeldungen (sie bleiben bestehen)"
    assert line in report.lines()
    db.session.rollback()
    assert made.bookings[0].status == "requested"
    assert course("4").seats_taken == 1


def test_a_course_comes_back_with_the_feed(app: Flask) -> None:
    imported(*ALL)
    imported(*ALL[:3], is_full=True)
    again = imported(*ALL, is_full=True)
    assert (counts(again), again.back) == ((0, 0, 4, 0), 1)
    assert "Wieder im Programm: 1" in again.lines()
    assert is_public("4")
    assert course("4").withdrawn_at is None
    assert since("4") is None
    assert imported(*ALL, is_full=True).back == 0


def test_a_course_that_the_staff_took_back_stays_so(app: Flask, staff: StaffUser) -> None:
    imported(*ALL)
    actions.unpublish_course(course("4").id, by=staff)
    withdrawn = course("4").withdrawn_at
    assert withdrawn is not None
    assert imported(*ALL[:3], is_full=True).offline == []
    imported(*ALL[:3], record("4", name="Neuer Titel"), is_full=True)
    assert course("4").title == "Neuer Titel"
    assert not is_public("4")
    assert course("4").withdrawn_at == withdrawn


def test_a_missing_course_that_the_staff_publish_stays_in_the_programme(
    app: Flask, staff: StaffUser
) -> None:
    imported(*ALL)
    imported(*ALL[:3], is_full=True)
    actions.publish_course(course("4").id, by=staff)
    assert course("4").withdrawn_at is None
    assert imported(*ALL[:3], is_full=True).offline == []
    assert is_public("4")


def test_a_refused_record_is_not_missing(app: Flask) -> None:
    imported(*ALL)
    report = imported(*ALL[:3], record("4", name=""), is_full=True)
    assert (len(report.refused), report.offline) == (1, [])
    assert is_public("4")


def test_a_feed_that_lacks_more_than_half_is_refused_before_anything_changes(app: Flask) -> None:
    imported(*ALL)
    with pytest.raises(ShrinkingFeedError, match="3 von 4"):
        imported(record("1", name="Neu"), record("5"), is_full=True)
    assert course("1").title == "Englisch A2.1 am Abend"
    assert db.session.scalar(select(func.count()).select_from(Course)) == 4
    trial = imported(record("1"), is_full=True, dry_run=True)
    assert (trial.shrinks, len(trial.offline)) == (True, 3)
    assert is_public("2")
    half = imported(*ALL[:2], is_full=True)
    assert len(half.offline) == 2
    assert len(imported(is_full=True, may_shrink=True).offline) == 2
    assert not any(map(is_public, "1234"))
