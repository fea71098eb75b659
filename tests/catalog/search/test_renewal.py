"""The index follows the catalogue, and never holds a request up."""

import threading
import time
from datetime import timedelta

import pytest
from flask import Flask

from kmz import clock
from kmz.catalog.actions.version import mark_changed, rebuild_search
from kmz.catalog.models import Course, ProgramArea
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.matches import match
from kmz.db import db, transaction
from tests.catalog.search.finding import find, titles
from tests.factories import make_course
from tests.statements import counted_statements


def found() -> int:
    return catalog_search().search(Criteria()).total


def rename(course: Course, title: str) -> None:
    with transaction() as session:
        session.get_one(Course, course.id).title = title
        rebuild_search(session)


@pytest.mark.usefixtures("app")
def test_a_change_is_found_after_a_refresh() -> None:
    course = make_course(title="Yoga")
    assert titles("Yoga") == ["Yoga"]
    rename(course, "Pilates")
    assert titles("Yoga") == []
    assert titles("Pilates") == ["Pilates"]


@pytest.mark.usefixtures("app")
def test_an_empty_catalogue_can_be_searched() -> None:
    assert find().total == 0
    assert find("Yoga").cards == []


def test_a_change_is_found_by_and_by_without_anybody_asking_for_it(app: Flask) -> None:
    make_course(title="Yoga")
    assert found() == 1
    make_course(title="Pilates")
    pause = threading.Event()
    for _ in range(100):
        if found() == 2:
            break
        pause.wait(0.1)
    assert found() == 2


def test_requests_go_on_with_the_old_index_while_a_new_one_is_built(app: Flask) -> None:
    make_course(title="Yoga")
    assert found() == 1
    search = catalog_search()
    make_course(title="Pilates")
    with search._building:  # a build that takes its time
        assert found() == 1
    search.refresh()
    assert found() == 2


def test_first_questions_at_the_same_time_share_one_index(app: Flask) -> None:
    make_course(title="Yoga")
    snapshots, start = [], threading.Barrier(6)

    def ask() -> None:
        with app.app_context():
            start.wait()
            snapshots.append(catalog_search().snapshot())

    askers = [threading.Thread(target=ask) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len({id(snapshot) for snapshot in snapshots}) == 1


def test_an_index_outlives_the_request_that_built_it(app: Flask) -> None:
    """The builder's session writes and ends; others still read the areas."""
    make_course(title="Yoga", area_code="3")
    with app.app_context():
        assert found() == 1
        with transaction() as session:
            rebuild_search(session)
    areas = catalog_search().search(Criteria()).group("bereich").options
    assert [area.label for area in areas] == ["Gesundheit"]


@pytest.mark.usefixtures("app")
def test_building_leaves_the_objects_of_a_request_alone() -> None:
    course = make_course(title="Yoga")
    area = db.session.get_one(ProgramArea, course.program_area_id)
    title = area.name
    catalog_search().refresh()
    assert "name" in db.inspect(area).dict
    assert area.name == title


@pytest.mark.usefixtures("app")
def test_building_inside_a_transaction_does_not_undo_it() -> None:
    course = make_course(title="Yoga")
    with transaction() as session:
        session.get_one(Course, course.id).title = "Pilates"
        session.flush()
        catalog_search().refresh()
    db.session.expire_all()
    assert db.session.get_one(Course, course.id).title == "Pilates"


@pytest.mark.usefixtures("app")
def test_asking_costs_at_most_one_query() -> None:
    make_course(title="Yoga")
    catalog_search().refresh()
    began = time.monotonic()
    with counted_statements() as statements:
        for _ in range(20):
            found()
    halves = (time.monotonic() - began) / 0.5  # one look at the version each half second
    assert len(statements) <= halves + 1


def test_building_asks_as_often_for_many_courses_as_for_two(app: Flask) -> None:
    statements: list[str] = []

    def build() -> int:
        statements.clear()
        catalog_search().refresh()
        return len(statements)

    db.event.listen(
        db.engine, "before_cursor_execute", lambda *event: statements.append(str(event[2]))
    )
    make_course(title="Yoga", area_code="3")
    build()
    make_course(title="Yoga", area_code="3")
    for_two = build()
    for code in ("1", "2", "3", "4", "5"):
        make_course(title="Yoga", area_code=code)
    assert build() == for_two


def test_only_changed_courses_are_read_again(app: Flask) -> None:
    for number in range(30):
        make_course(title=f"Kurs {number}")
    search = catalog_search()
    before = search.refresh()
    course = make_course(title="Yoga")
    hidden = make_course(title="Geheim", published_at=None)
    after = search.refresh()
    assert after.index is before.index
    kept = {id(entry) for entry in before.entries} & {id(entry) for entry in after.entries}
    assert (len(kept), len(after.entries)) == (30, 31)
    assert titles("Yoga") == ["Yoga"]
    assert search.card(hidden.id) is None
    with transaction() as session:
        session.get_one(Course, course.id).published_at = None
        mark_changed(session, [course.id])
    assert titles("Yoga") == []
    assert find().total == 30


def test_a_new_day_orders_anew_without_reading_courses(app: Flask) -> None:
    make_course(title="Morgen", starts_on=clock.today() + timedelta(days=1), late_entry=True)
    make_course(title="Später", starts_on=clock.today() + timedelta(days=9))
    assert titles() == ["Morgen", "Später"]
    before = catalog_search().snapshot()
    with clock.moved_by(days=2):
        assert titles() == ["Später", "Morgen"]
        after = catalog_search().snapshot()
    assert after is not before
    assert after.index is before.index


def test_an_old_snapshot_goes_on_answering_as_it_was(app: Flask) -> None:
    course = make_course(title="Yoga")
    old = catalog_search().refresh()
    rename(course, "Pilates")
    with transaction() as session:
        mark_changed(session, [course.id])
    catalog_search().refresh()
    found = match(old, "yoga")
    assert found is not None
    assert found.bits == 1


@pytest.mark.usefixtures("app")
def test_many_bookings_make_no_new_index() -> None:
    course = make_course(title="Yoga")
    before = catalog_search().refresh()
    with transaction() as session:
        session.get_one(Course, course.id).seats_taken = 4
    assert catalog_search().refresh() is before
