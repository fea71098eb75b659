"""A course page that somebody has is not written again, unless what it shows has changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kmz import clock
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.models import Course
from kmz.db import transaction
from tests.factories import make_course, make_customer, make_request
from tests.page import Browser
from tests.statements import counted_statements
from tests.steps import log_in


@pytest.fixture
def course(app: Flask) -> Course:
    assert app
    make_course(number="271-B", fee_cents=0)
    return make_course(number="271-A", fee_cents=0, min_participants=8, max_participants=9)


def again(client: FlaskClient, tag: str) -> TestResponse:
    return client.get("/kurs/271-a", headers={"If-None-Match": tag})


def tag_of(client: FlaskClient) -> str:
    answer = client.get("/kurs/271-a")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    return answer.headers["ETag"]


@pytest.mark.usefixtures("course")
def test_who_has_the_page_is_told_so_without_reading_the_course(client: FlaskClient) -> None:
    tag = tag_of(client)
    assert tag.startswith('W/"')
    with transaction():
        pass  # what is kept for a second counts only until something is written
    with counted_statements() as seen:
        answer = again(client, tag)
    assert answer.status_code == 304
    assert answer.get_data() == b""
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert len(seen) == 2  # the version of the catalogue, the seats of what is shown
    assert not any("description_html" in statement for statement in seen)


def book(course: Course) -> None:
    make_request(make_customer(), course)


def retitle(course: Course) -> None:
    with transaction() as session:
        session.get_one(Course, course.id).title = "Anders"
        mark_changed(session, [course.id])


@pytest.mark.parametrize("change", [book, retitle])
def test_a_booking_or_an_edit_shows_at_once(
    client: FlaskClient, course: Course, change: Callable[[Course], None]
) -> None:
    tag = tag_of(client)
    change(course)
    answer = again(client, tag)
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag
    assert again(client, answer.headers["ETag"]).status_code == 304


def test_a_seat_of_a_similar_course_shows_too(client: FlaskClient, course: Course) -> None:
    other = make_course(number="271-C", fee_cents=0, max_participants=1)
    assert course.program_area_id == other.program_area_id
    tag = tag_of(client)
    book(other)
    answer = again(client, tag)
    assert answer.status_code == 200
    assert "Ausgebucht" in answer.get_data(as_text=True)


def test_a_state_that_time_alone_changes_shows_at_once(client: FlaskClient, course: Course) -> None:
    with transaction() as session:
        opens = clock.now() + timedelta(minutes=5)
        session.get_one(Course, course.id).booking_opens_at = opens
        mark_changed(session, [course.id])
    tag = tag_of(client)
    assert again(client, tag).status_code == 304
    with clock.moved_by(minutes=6), transaction():
        pass
    with clock.moved_by(minutes=6):
        assert again(client, tag).status_code == 200
    with clock.moved_by(hours=24):
        assert again(client, tag).status_code == 200


@pytest.mark.usefixtures("course")
def test_a_tag_counts_for_its_own_visitor_only(app: Flask, client: FlaskClient) -> None:
    tag = tag_of(client)
    other = app.test_client()
    other.get("/kurs/271-b")
    answer = again(other, tag)
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag
    assert again(app.test_client(), tag).status_code == 200


@pytest.mark.usefixtures("course")
def test_who_is_known_always_gets_the_own_page(client: FlaskClient, browser_: Browser) -> None:
    tag = tag_of(client)
    make_customer(email="andrea@example.org")
    log_in(browser_, "andrea@example.org")
    answer = again(browser_.client, tag)
    assert answer.status_code == 200
    assert "ETag" not in answer.headers


def test_what_is_gone_is_gone_for_those_too_who_had_it(client: FlaskClient, course: Course) -> None:
    tag = tag_of(client)
    with transaction() as session:
        found = session.get_one(Course, course.id)
        found.published_at, found.withdrawn_at = None, clock.now()
        mark_changed(session, [course.id])
    assert again(client, tag).status_code == 410
