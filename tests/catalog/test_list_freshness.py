"""A list that nobody changed is not written again, and no change is hidden."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kmz import clock
from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.db import db, transaction
from tests.factories import make_course

LIST = "/kurse?bereich=bereich-4"


def again(client: FlaskClient, tag: str) -> Any:
    return client.get(LIST, headers={"If-None-Match": tag})


def first(client: FlaskClient) -> str:
    catalog_search().refresh()
    client.get(LIST)  # the session begins
    return str(client.get(LIST).headers["ETag"])


def test_a_repeated_list_is_not_searched_again(app: Flask, client: FlaskClient) -> None:
    make_course(title="Italienisch")
    tag = first(client)
    catalog_search().search = None  # type: ignore[method-assign,assignment]
    answer = again(client, tag)
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_taken_seat_shows(app: Flask, client: FlaskClient) -> None:
    course = make_course(title="Italienisch", max_participants=10)
    tag = first(client)
    with transaction() as session:
        session.get_one(Course, course.id).seats_taken = 9
    answer = again(client, tag)
    assert answer.status_code == 200
    assert "Nur noch wenige Plätze" in answer.text


def test_a_new_course_shows(app: Flask, client: FlaskClient) -> None:
    make_course(title="Italienisch")
    tag = first(client)
    make_course(title="Spanisch")
    catalog_search().refresh()
    answer = again(client, tag)
    assert answer.status_code == 200
    assert "Spanisch" in answer.text


def test_a_course_that_is_bookable_again_comes_back(app: Flask, client: FlaskClient) -> None:
    course = make_course(title="Italienisch", max_participants=1, seats_taken=1)
    tag = first(client)
    with transaction() as session:
        session.get_one(Course, course.id).seats_taken = 0
    catalog_search().refresh()
    assert "Italienisch" in again(client, tag).text


def test_time_alone_shows(app: Flask, client: FlaskClient) -> None:
    make_course(title="Italienisch", booking_opens_at=clock.now() + timedelta(minutes=5))
    tag = first(client)
    with clock.moved_by(minutes=6):
        db.session.rollback()
        answer = again(client, tag)
    assert answer.status_code == 200


@pytest.mark.parametrize("other", ["/kurse", f"{LIST}&seite=2"])
def test_a_tag_counts_for_its_own_address(app: Flask, client: FlaskClient, other: str) -> None:
    make_course(title="Italienisch")
    tag = first(client)
    assert client.get(other, headers={"If-None-Match": tag}).status_code != 304
