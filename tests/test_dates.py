"""Days and times as people in Germany write them."""

from datetime import date, time

import pytest

from kmz import clock
from kmz.dates import format_long_day, format_month, format_times, parse_day, parse_time


@pytest.mark.parametrize("text", ["1.2.27", "01.02.2027", "2027-02-01", " 1. 2.2027 "])
def test_spellings_of_one_day(text: str) -> None:
    assert parse_day(text) == date(2027, 2, 1)


def test_only_a_year_of_two_digits_belongs_to_this_century() -> None:
    assert parse_day("1.2.0027") == date(27, 2, 1)


@pytest.mark.parametrize("text", ["", "31.02.2027", "1.2", "morgen", "01/02/2027", "1.2.20277"])
def test_no_days(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_day(text)


@pytest.mark.parametrize("text", ["1.1.0001", "31.12.9999", "0001-01-01"])
def test_days_without_a_neighbour_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_day(text)


@pytest.mark.parametrize("text", ["18:30", "18.30", "18:30:00", "18.30 Uhr"])
def test_spellings_of_one_time(text: str) -> None:
    assert parse_time(text) == time(18, 30)


def test_a_time_may_be_a_bare_hour() -> None:
    assert parse_time("9") == time(9)
    with pytest.raises(ValueError, match=r".*"):
        parse_time("25:00")


def test_how_days_and_times_are_written() -> None:
    day = date(2019, 6, 25)
    start, end = clock.berlin_moment(day, 18), clock.berlin_moment(day, 19, 30)
    assert format_long_day(day) == "Di., 25.06.2019"
    assert format_month(date(2027, 3, 1)) == "MÄR 2027"
    assert format_times(start, end) == "18:00–19:30 Uhr"
    assert format_times(start, None) == "18:00 Uhr"
    assert format_times(None, None) == ""
