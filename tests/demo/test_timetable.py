"""The demo's timetable: real days, none of them on a holiday."""

from datetime import date, time, timedelta

import pytest

from kmz.demo.courses import current_programme, earlier_courses
from kmz.demo.timetable import days_of, is_free, read_pattern

SUNDAY = date(2026, 11, 22)


def test_a_pattern_tells_days_times_and_number() -> None:
    pattern = read_pattern("Mo+Mi 18:00-19:30 x10")
    assert pattern.weekdays == {0, 2}
    assert (pattern.starts, pattern.ends, pattern.minutes) == (time(18), time(19, 30), 90)
    assert pattern.count == 10
    assert read_pattern("Mo-Fr 09:00-15:00 x5").weekdays == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("text", ["", "Mo", "Mo 18:00 x2", "Xx 18:00-19:00 x1"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - index or text, both are for the author
        read_pattern(text)


def test_a_course_skips_the_winter_break_and_ends_later() -> None:
    days = days_of(read_pattern("Do 18:00-19:30 x3"), today=date(2026, 12, 14), week=0)
    assert days == [date(2026, 12, 17), date(2027, 1, 7), date(2027, 1, 14)]


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 3, 26),  # Good Friday
        date(2027, 3, 29),  # Easter Monday
        date(2027, 5, 6),  # Ascension
        date(2027, 5, 17),  # Whit Monday
        date(2027, 5, 1),
        date(2027, 10, 3),
        date(2049, 4, 18),  # an Easter Sunday on which Gauss's first rule errs
        date(2026, 12, 24),
        date(2027, 1, 6),
    ],
)
def test_nobody_teaches_on_a_holiday(day: date) -> None:
    assert is_free(day)
    assert not is_free(date(2027, 1, 7))


@pytest.mark.parametrize("later", range(0, 730, 9))
def test_whenever_the_demo_starts_courses_are_over_running_and_to_come(later: int) -> None:
    today = SUNDAY + timedelta(days=later)
    for course in (*current_programme(), *earlier_courses()):
        days = days_of(read_pattern(course.when), today=today, week=course.week)
        if course.week > 0:
            assert today < days[0], course.title
        elif course.week <= -12:
            assert days[-1] < today, course.title
        else:
            assert days[0] < today <= days[-1], course.title
