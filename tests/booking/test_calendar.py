"""The personal calendar: open to who has its address, which is shown once and can be renewed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import select

from kmz import clock
from kmz.booking.models import Booking, CalendarFeed, WaitlistEntry, WaitlistStatus
from kmz.booking.office.decisions import cancel_course, confirm_bookings
from kmz.catalog.feeds.calendar import calendar_with
from kmz.db import db, transaction
from tests.booking.conftest import Buyer
from tests.factories import make_course, make_request, make_staff


@pytest.fixture
def booked(buyer: Buyer) -> Buyer:
    """A customer with one firm booking and one that is not decided yet."""
    make_request(buyer.customer, make_course(title="Fest"))
    (number,) = db.session.scalars(select(Booking.id))
    confirm_bookings([number], by=make_staff())
    make_request(buyer.customer, make_course(title="Offen"))
    return buyer


def new_address(buyer: Buyer, button: str = "Adresse erzeugen") -> str:
    buyer.browser.open("/konto/kalender")
    page = buyer.browser.submit(button)
    assert page.headers["Cache-Control"] == "no-store"
    found = re.search(r'value="http://localhost(/kalender/[^"]+)"', page.html)
    assert found is not None
    return found[1]


def states_at(client: FlaskClient, address: str) -> dict[str, str]:
    """STATUS by the summary of every entry."""
    return {str(event["summary"]): str(event["status"]) for event in events_at(client, address)}


def events_at(client: FlaskClient, address: str) -> list[Event]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    return list(Calendar.from_ical(answer.get_data()).walk("VEVENT"))


def test_firm_bookings_are_fixed_and_requests_are_not(booked: Buyer, client: FlaskClient) -> None:
    address = new_address(booked)
    assert states_at(client, address) == {"Fest": "CONFIRMED", "Offen": "TENTATIVE"}


def test_titles_are_escaped_and_long_lines_folded(app: Flask) -> None:
    assert app
    title = "Öl, Acryl; \\ Gouache für alle, die " + "sehr " * 30 + "gern malen"
    written = calendar_with([], name=title)
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert b"\nNAME:\xc3\x96l\\, Acryl\\; \\\\ Gouache" in written


def test_what_ended_is_taken_out_of_calendars_by_a_later_version(
    booked: Buyer, client: FlaskClient
) -> None:
    address = new_address(booked)
    before = {str(event["uid"]): int(event["sequence"]) for event in events_at(client, address)}
    (course_id,) = db.session.scalars(
        select(Booking.course_id).where(Booking.status == "confirmed")
    )
    cancel_course(course_id, reason="Zu wenige", by=make_staff())
    after = events_at(client, address)
    assert {str(event["uid"]) for event in after} == set(before)
    told = [event for event in after if str(event["summary"]) == "Fest"]
    assert {str(event["status"]) for event in told} == {"CANCELLED"}
    assert all(int(event["sequence"]) > before[str(event["uid"])] for event in told)


def test_waiting_is_tentative_and_leaving_the_list_takes_it_out(
    booked: Buyer, client: FlaskClient
) -> None:
    course, now = make_course(title="Voll", sessions=1), clock.now()
    with transaction() as session:
        session.add(
            WaitlistEntry(
                course_id=course.id,
                customer_id=booked.customer.id,
                participant_first_name="Mia",
                participant_last_name="Beispiel",
                participant_key="mia",
                status=WaitlistStatus.OFFERED,
                waitlisted_at=now,
            )
        )
    address = new_address(booked)
    assert states_at(client, address)["Voll"] == "TENTATIVE"
    with transaction() as session:
        entry = session.scalars(select(WaitlistEntry)).one()
        entry.status, entry.ended_at = WaitlistStatus.LEFT, now
    assert states_at(client, address)["Voll"] == "CANCELLED"


def test_it_tells_first_names_and_nothing_of_money_or_addresses(
    booked: Buyer, client: FlaskClient
) -> None:
    body = client.get(new_address(booked)).get_data(as_text=True)
    assert "Teilnahme: Andrea" in body
    for told in ("Beispiel", "andrea@example.org", "98,00", "VALARM", "Vorgang"):
        assert told not in body, told


def test_a_new_address_ends_the_old_one(booked: Buyer, client: FlaskClient) -> None:
    old = new_address(booked)
    new = new_address(booked, "Neue Adresse erzeugen")
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    booked.browser.open("/konto/kalender")
    assert "/kalender/" not in booked.browser.page.html.replace("/konto/kalender", "")
    booked.browser.submit("Adresse abschalten")
    assert client.get(new).status_code == 404
    assert "gilt nicht mehr" in booked.browser.page.text


def test_the_database_does_not_know_the_address(booked: Buyer) -> None:
    token = new_address(booked).removeprefix("/kalender/").removesuffix(".ics")
    feed = db.session.scalars(select(CalendarFeed)).one()
    assert token not in feed.token_hash


def test_unchanged_calendars_are_not_sent_again(booked: Buyer, client: FlaskClient) -> None:
    address = new_address(booked)
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("token", ["x", "%00", "ä" * 40, "9" * 400])
def test_a_made_up_address_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"/kalender/{token}.ics").status_code == 404


def test_a_visitor_has_no_calendar_to_set_up(client: FlaskClient) -> None:
    assert "/login" in client.get("/konto/kalender").headers["Location"]
