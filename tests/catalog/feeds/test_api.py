"""The interface for programs: what it describes is what it answers, and no more than pages tell."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kmz import clock
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.models import Course
from kmz.db import transaction
from tests.catalog.feeds.schema import faults
from tests.catalog.test_show_course import change, change_room, place_and_teacher
from tests.factories import make_course, make_customer, make_request
from tests.statements import counted_statements


def asked(client: FlaskClient, address: str, status: int = 200) -> Any:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json(force=True)


def described(client: FlaskClient, path: str, status: int = 200) -> dict[str, Any]:
    document: dict[str, Any] = asked(client, "/api/v1/openapi.json")
    answer = document["paths"][path]["get"]["responses"][str(status)]
    [content] = answer["content"].values()
    return {"schema": content["schema"], "document": document}


def assert_described(client: FlaskClient, path: str, address: str, status: int = 200) -> Any:
    value = asked(client, address, status)
    known = described(client, path, status)
    assert faults(value, known["schema"], known["document"], path) == []
    return value


def full_course(client: FlaskClient) -> Course:
    assert client
    course = make_course(
        number="271-A",
        area_code="4.09",
        description_html="<p>Wir <b>spielen</b>.</p>",
        reduced_fee_cents=4900,
        tags=["Sprache"],
        level="A2",
        min_age=16,
        booking_closes_at=clock.now() + timedelta(days=3),
        seats_taken=8,
    )
    change_room(place_and_teacher(course), latitude=48.4, longitude=9.99, accessible=True)
    return course


def test_every_address_is_described_and_every_description_has_one(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    paths = set(asked(app.test_client(), "/api/v1/openapi.json")["paths"])
    own = {"/api/v1/openapi.json"}
    assert {rule.replace("<", "{").replace(">", "}") for rule in rules} == paths | own


def test_the_description_holds_together(client: FlaskClient) -> None:
    document = asked(client, "/api/v1/openapi.json")
    assert document["openapi"].startswith("3.1.")
    assert document["servers"] == [{"url": "http://localhost"}]
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name
    names = [path["get"]["operationId"] for path in document["paths"].values()]
    assert len(set(names)) == len(names)


def test_a_course_with_everything_is_as_described(client: FlaskClient) -> None:
    full_course(client)
    course = assert_described(client, "/api/v1/kurse/{slug}", "/api/v1/kurse/271-a")
    assert course["status"] == {
        "code": "few",
        "text": "Nur noch wenige Plätze (2)",
        "bookable": True,
        "seats_free": 2,
    }
    assert course["instructors"] == ["Dr. Emil Beispiel"]
    assert course["description"] == "Wir spielen."
    place = course["sessions"][0]["place"]
    assert (place["venue"], place["room"], place["accessible"]) == ("Werkhof", "Raum 3", True)
    assert course["fee_cents"] == 9800
    assert course["url"] == "http://localhost/kurs/271-a"


def test_a_course_about_which_little_is_known_is_as_described(client: FlaskClient) -> None:
    change(
        make_course(number="271-A", sessions=0, fee_cents=None, max_participants=0),
        starts_on=None,
        ends_on=None,
        program_area_id=None,
    )
    course = assert_described(client, "/api/v1/kurse/{slug}", "/api/v1/kurse/271-a")
    assert (course["fee_cents"], course["area"], course["sessions"]) == (None, None, [])
    assert_described(client, "/api/v1/kurse", "/api/v1/kurse")


def test_lists_and_areas_are_as_described(client: FlaskClient) -> None:
    full_course(client)
    found = assert_described(client, "/api/v1/kurse", "/api/v1/kurse")
    assert [course["slug"] for course in found["courses"]] == ["271-a"]
    assert found["next"] is None
    areas = assert_described(client, "/api/v1/bereiche", "/api/v1/bereiche")["areas"]
    counts = {area["code"]: (area["parent"], area["courses"]) for area in areas}
    assert counts == {"4": (None, 1), "4.09": ("bereich-4", 1)}


def test_pages_follow_each_other_until_the_end(client: FlaskClient) -> None:
    for number in range(5):
        make_course(number=f"271-{number}", area_code="4")
    seen, address = [], "/api/v1/kurse?anzahl=2&bereich=bereich-4"
    while address:
        found = asked(client, address.removeprefix("http://localhost"))
        seen += [course["number"] for course in found["courses"]]
        address = found["next"]
    assert seen == [f"271-{number}" for number in range(5)]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ("bereich=bereich-4", ["191-4632", "271-2"]),
        ("bereich=bereich-4.09", ["191-4632"]),
        ("bereich=gibt-es-nicht", []),
        ("nummer=1914632", ["191-4632"]),
        ("beendet=1", ["191-4632", "271-2", "271-3", "271-4"]),
        ("", ["191-4632", "271-2", "271-3"]),
    ],
)
def test_filters_find_what_they_name(client: FlaskClient, filters: str, numbers: list[str]) -> None:
    make_course(number="191-4632", area_code="4.09")
    make_course(number="271-2", area_code="4")
    make_course(number="271-3", area_code="2")
    make_course(number="271-4", area_code="2", starts_on=clock.today() - timedelta(days=60))
    make_course(number="271-5", published_at=None)
    found = asked(client, f"/api/v1/kurse?{filters}")["courses"]
    assert [course["number"] for course in found] == numbers


def test_a_program_reads_only_what_changed_since_it_asked(client: FlaskClient) -> None:
    old = make_course(number="271-1")
    change(old, updated_at=clock.now() - timedelta(days=3))
    make_course(number="271-2")
    yesterday = (clock.now() - timedelta(days=1)).isoformat(timespec="seconds").replace("+", "%2B")
    found = asked(client, f"/api/v1/kurse?geaendert_seit={yesterday}")
    assert [course["number"] for course in found["courses"]] == ["271-2"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("filters", "name"),
    [
        ("anzahl=0", "anzahl"),
        ("anzahl=201", "anzahl"),
        ("anzahl=1e3", "anzahl"),
        ("nach=-1", "nach"),
        ("geaendert_seit=gestern", "geaendert_seit"),
        ("bereich=A%20B", "bereich"),
        ("nummer=%00", "nummer"),
        ("beendet=ja", "beendet"),
        ("berich=sprachen", "berich"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_by_name(
    client: FlaskClient, filters: str, name: str
) -> None:
    problem = assert_described(client, "/api/v1/kurse", f"/api/v1/kurse?{filters}", status=400)
    assert problem["parameter"] == name


def test_what_is_gone_or_was_never_there_is_said_in_json(client: FlaskClient) -> None:
    make_course(number="271-1", published_at=None)
    make_course(number="271-2", published_at=None, withdrawn_at=clock.now())
    path = "/api/v1/kurse/{slug}"
    assert_described(client, path, "/api/v1/kurse/271-1", status=404)
    assert_described(client, path, "/api/v1/kurse/271-2", status=410)


def test_what_has_not_changed_is_not_read_again(client: FlaskClient) -> None:
    course = make_course(number="271-A", fee_cents=0)
    most = {"/api/v1/kurse": 1, "/api/v1/bereiche": 1, "/api/v1/kurse/271-a": 2}
    for address, queries in most.items():
        tag = client.get(address).headers["ETag"]
        assert tag.startswith('"')
        with transaction():
            pass
        with counted_statements() as seen:
            answer = client.get(address, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.get_data()) == (304, b"")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert len(seen) <= queries, seen
        with transaction() as session:
            mark_changed(session, [course.id])
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_booking_changes_the_state_of_a_course_at_once(client: FlaskClient) -> None:
    course = make_course(number="271-A", fee_cents=0, max_participants=1)
    first = client.get("/api/v1/kurse/271-a")
    make_request(make_customer(), course)
    second = client.get("/api/v1/kurse/271-a", headers={"If-None-Match": first.headers["ETag"]})
    assert second.get_json()["status"]["code"] == "full"


def test_every_page_of_the_web_may_read_but_not_write(client: FlaskClient) -> None:
    make_course(number="271-A")
    answers: list[TestResponse] = [
        client.get(address)
        for address in (
            *("/api/v1/kurse", "/api/v1/kurse/271-a", "/api/v1/kurse/x", "/api/v1/kurse?x=1"),
            *("/api/v1/bereiche", "/api/v1/openapi.json"),
        )
    ]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    assert client.post("/api/v1/kurse").status_code in {400, 405}
    assert "Access-Control-Allow-Origin" not in client.get("/kurs/271-a").headers


def test_nothing_about_people_but_the_names_of_those_who_teach(client: FlaskClient) -> None:
    course = full_course(client)
    change(course, fee_cents=0)
    customer = make_customer(first_name="Geheime", last_name="Kundin")
    make_request(customer, course)
    for address in ("/api/v1/kurse", "/api/v1/kurse/271-a"):
        text = client.get(address).get_data(as_text=True)
        for word in ("Kundin", customer.email, "salutation", "seats_taken"):
            assert word not in text


class TestLimits:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"KMZ_LIMIT_FEEDS": "2 per minute"}

    def test_too_many_requests_of_one_address_are_refused_in_json(
        self, client: FlaskClient
    ) -> None:
        answers = [client.get("/api/v1/bereiche") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].get_json(force=True)["status"] == 429
        assert answers[2].headers["Retry-After"] == "60"
        calendars = [client.get("/kurs/x.ics").status_code for _ in range(3)]
        assert calendars == [404, 404, 429]
