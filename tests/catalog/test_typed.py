"""What people in the office type: days, moments, counts, rooms and series."""

from datetime import date, time

import pytest

from kmz import clock
from kmz.catalog.forms.places import Places
from kmz.catalog.forms.session_rows import series_days
from kmz.catalog.forms.typed import (
    DAY_BEGINS,
    DAY_ENDS,
    count_or_none,
    read_day,
    read_moment,
    write_moment,
)
from kmz.catalog.models import Room, Venue


@pytest.mark.parametrize("text", ["1.2.27", "01.02.2027", "1. 2. 2027", "2027-02-01", " 1.2.27 "])
def test_a_day_may_be_typed_in_many_ways(text: str) -> None:
    assert read_day(text) == date(2027, 2, 1)


@pytest.mark.parametrize(
    "text", ["", "31.02.2027", "1.1.0101", "31.12.9999", "1.1.1999", "morgen", "9" * 30, "\x00"]
)
def test_what_is_no_day_of_this_century_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("01.02.2027", 23, 59),
        ("01.02.2027 12:00", 12, 0),
        ("01.02.2027, 12.30 Uhr", 12, 30),
        ("1.2.27 9 Uhr", 9, 0),
    ],
)
def test_a_moment_is_a_day_with_or_without_its_time(text: str, hour: int, minute: int) -> None:
    expected = clock.berlin_moment(date(2027, 2, 1), hour, minute)
    assert read_moment(text, default=DAY_ENDS) == expected


@pytest.mark.parametrize("default", [DAY_BEGINS, DAY_ENDS])
@pytest.mark.parametrize("at", [time(0, 0), time(12, 0), time(23, 59)])
def test_a_moment_written_and_read_is_the_same(default: time, at: time) -> None:
    for day in (date(2027, 3, 28), date(2027, 7, 1), date(2027, 10, 31)):
        moment = clock.berlin_moment(day, at.hour, at.minute)
        assert read_moment(write_moment(moment, default=default), default=default) == moment


@pytest.mark.parametrize("text", ["", "-1", "1.5", "10001", "9" * 99, "²", "١٢", "1e3", "zehn"])
def test_a_count_is_a_plain_number_up_to_ten_thousand(text: str) -> None:
    assert count_or_none(text) is None
    assert (count_or_none("0"), count_or_none("010"), count_or_none("10000")) == (0, 10, 10_000)


def test_a_series_begins_where_it_is_told_or_goes_on() -> None:
    first, second, third = date(2027, 2, 1), date(2027, 2, 8), date(2027, 2, 15)
    assert series_days("01.02.2027", "3", "") == [first, second, third]
    assert series_days("", "3", "01.02.2027") == [second, third]
    assert series_days("15.02.2027", "1", "01.02.2027") == [third]


@pytest.mark.parametrize(
    ("first", "count"),
    [("", "3"), ("01.02.2027", ""), ("01.02.2027", "0"), ("01.02.2027", "101"), ("x", "3"),
     ("01.02.2027", "-3"), ("01.02.2027", "9" * 5000), ("31.12.2099", "2"), ("31.12.9999", "2")],
)  # fmt: skip
def test_a_series_that_makes_no_sense_is_refused(first: str, count: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        series_days(first, count, "")


def room(id: int, venue: str, name: str, street: str = "") -> Room:
    return Room(id=id, name=name, venue=Venue(name=venue, street=street, postal_code="", city=""))


def test_rooms_that_are_called_the_same_carry_their_address() -> None:
    places = Places(
        [room(1, "Schule", "101", "Nordweg 1"), room(2, "Schule", "101", "Südweg 2"),
         room(3, "Schule", "", "Nordweg 1"), room(4, "Werkhof", "Saal")]
    )  # fmt: skip
    assert places.labels == {
        1: "Schule, 101 (Nordweg 1)",
        2: "Schule, 101 (Südweg 2)",
        3: "Schule",
        4: "Werkhof, Saal",
    }
    assert places.find_id("schule, 101 (südweg 2)") == 2
    assert places.find_id(" Werkhof,  Saal ") == 4
    assert places.find_id("Schule, 101") is None
