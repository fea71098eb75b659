"""The eleven states of domain.md 1.3: the first fitting row wins, at its boundary."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from kmz import clock
from kmz.catalog.rules import CourseAvailability, availability, is_few, missing_to_minimum
from kmz.web.static_files import STATIC

NOW = clock.berlin_moment(date(2027, 2, 10), 12)
TODAY = date(2027, 2, 10)


@dataclass
class Light:
    cancelled_at: datetime | None = None
    starts_on: date | None = date(2027, 3, 1)
    ends_on: date | None = date(2027, 5, 1)
    booking_opens_at: datetime | None = None
    booking_closes_at: datetime | None = None
    booking_channel: str = "online"
    late_entry: bool = False
    waitlist_open: bool = False
    fee_cents: int | None = 1000
    max_participants: int = 20
    seats_free: int | None = 20
    seats_waiting: int = 0


SECOND = timedelta(seconds=1)
STATES = [
    ("free", Light()),
    ("few", Light(seats_free=4)),
    ("free", Light(seats_free=5)),
    ("full", Light(seats_free=0)),
    ("waitlist", Light(seats_free=0, waitlist_open=True)),
    ("waitlist", Light(seats_free=0, waitlist_open=True, seats_waiting=29)),
    ("full", Light(seats_free=0, waitlist_open=True, seats_waiting=30)),
    ("running", Light(starts_on=TODAY - timedelta(days=1))),
    ("free", Light(starts_on=TODAY)),
    ("running_bookable", Light(starts_on=TODAY - timedelta(days=1), late_entry=True)),
    ("full", Light(starts_on=TODAY - timedelta(days=1), late_entry=True, seats_free=0)),
    (
        "waitlist",
        Light(
            starts_on=TODAY - timedelta(days=1), late_entry=True, seats_free=0, waitlist_open=True
        ),
    ),
    ("running", Light(starts_on=TODAY - timedelta(days=1), seats_free=0, waitlist_open=True)),
    ("running", Light(starts_on=TODAY - timedelta(days=1), ends_on=TODAY, seats_free=0)),
    ("finished", Light(starts_on=TODAY - timedelta(days=1), ends_on=None)),
    ("free", Light(starts_on=None, ends_on=None)),
    ("office_only", Light(booking_channel="office")),
    ("office_only", Light(fee_cents=None)),
    ("office_only", Light(max_participants=0, seats_free=None)),
    ("closed", Light(booking_closes_at=NOW - SECOND)),
    ("free", Light(booking_closes_at=NOW)),
    ("not_open_yet", Light(booking_opens_at=NOW + SECOND)),
    ("free", Light(booking_opens_at=NOW)),
    ("finished", Light(starts_on=date(2026, 1, 1), ends_on=TODAY - timedelta(days=1))),
    ("running", Light(starts_on=date(2026, 1, 1), ends_on=TODAY)),
    ("cancelled", Light(cancelled_at=NOW, ends_on=TODAY - timedelta(days=1))),
    ("not_open_yet", Light(booking_opens_at=NOW + SECOND, booking_channel="office")),
]


@pytest.mark.parametrize(("code", "course"), STATES)
def test_the_first_fitting_state_wins(code: str, course: Light) -> None:
    assert availability(course, now=NOW).code == code


def test_all_eleven_states_are_claimed() -> None:
    assert {code for code, _ in STATES} == set(CourseAvailability)


def test_only_three_states_can_be_booked() -> None:
    bookable = {code for code, course in STATES if availability(course, now=NOW).bookable}
    assert bookable == {"free", "few", "running_bookable"}


def test_the_words_name_date_and_count() -> None:
    assert availability(Light(seats_free=2), now=NOW).text == "Nur noch wenige Plätze (2)"
    opens = clock.berlin_moment(date(2027, 2, 15), 8)
    text = availability(Light(booking_opens_at=opens), now=NOW).text
    assert text == "Anmeldung ab 15.02.2027, 08:00 Uhr"


SAID = {
    "cancelled": ("Kurs abgesagt", "off cancelled"),
    "finished": ("Kurs beendet", "off finished"),
    "not_open_yet": ("Anmeldung ab 10.02.2027, 12:00:01 Uhr", "off not_open_yet"),
    "closed": ("Anmeldeschluss vorbei", "off closed"),
    "office_only": ("Keine Online-Anmeldung möglich – bitte rufen Sie uns an", "off office_only"),
    "running_bookable": ("Kurs läuft bereits – Einstieg möglich", "few running_bookable"),
    "running": ("Kurs läuft bereits", "off running"),
    "waitlist": ("Ausgebucht – Warteliste möglich", "wait waitlist"),
    "full": ("Ausgebucht", "full"),
    "few": ("Nur noch wenige Plätze (4)", "few"),
    "free": ("Plätze frei", "free"),
}


def test_every_state_has_its_words_its_colour_and_its_shape() -> None:
    seen = {}
    for code, course in reversed(STATES):
        state = availability(course, now=NOW)
        seen[code] = (state.text, state.css)
    assert seen == SAID
    sheet = (STATIC / "css/components/states.css").read_text(encoding="utf-8")
    shapes = dict(re.findall(r"\.light\.(\w+) \{ --shape: url\((.+)\)", sheet))
    assert set(shapes) == set(CourseAvailability)
    assert len(set(shapes.values())) == len(shapes)


def test_every_state_offers_what_the_table_says() -> None:
    offers = {
        code: (state.bookable, state.is_full, state.leads_to_the_office, state.is_over)
        for code, course in STATES
        for state in [availability(course, now=NOW)]
    }
    buys, waits, asks, nothing, notes = (
        (True, False, False, False),
        (False, True, False, False),
        (False, False, True, False),
        (False, False, False, True),
        (False, False, False, False),
    )
    assert offers == {
        "cancelled": nothing,
        "finished": nothing,
        "not_open_yet": notes,
        "closed": asks,
        "office_only": asks,
        "running_bookable": buys,
        "running": notes,
        "waitlist": waits,
        "full": waits,
        "few": buys,
        "free": buys,
    }


def test_a_house_says_itself_what_few_means() -> None:
    course = Light(seats_free=6)
    assert availability(course, now=NOW).code == "free"
    assert availability(course, now=NOW, few_percent=30).code == "few"
    assert availability(Light(seats_free=3), now=NOW, few_percent=0).code == "free"
    assert availability(Light(seats_free=2), now=NOW, few_percent=0).code == "few"


def test_a_course_that_has_begun_or_is_over_can_no_longer_fail() -> None:
    states = [(code, availability(course, now=NOW)) for code, course in STATES]
    begun = {code for code, state in states if not state.can_still_fail}
    assert begun == {"cancelled", "finished", "running", "running_bookable"}


@pytest.mark.parametrize(("free", "maximum", "few"), [(2, 5, True), (3, 5, False), (3, 11, True)])
def test_few_is_a_fifth_and_at_least_two(free: int, maximum: int, *, few: bool) -> None:
    assert is_few(free, maximum) is few


def test_how_many_are_missing_to_the_minimum() -> None:
    assert missing_to_minimum(8, 5) == 3
    assert missing_to_minimum(8, 9) == 0
