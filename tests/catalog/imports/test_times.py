"""Days, wall clocks and sessions called off."""

from datetime import UTC, date, datetime

import pytest

from kmz.catalog.imports.times import called_off, moments, read_clock, read_day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("18:00", (18, 0)),
        ("18.00", (18, 0)),
        ("18:00:00", (18, 0)),
        ("9:30", (9, 30)),
        ("18 Uhr", (18, 0)),
        ("18.30 Uhr", (18, 30)),
        ("13:00:00+02:00", (13, 0)),
        ("24:00", (24, 0)),
        ("", None),
    ],
)
def test_wall_clocks_in_every_spelling(text: str, clock: tuple[int, int] | None) -> None:
    assert read_clock(text) == clock


@pytest.mark.parametrize("text", ["25:00", "18:60", "24:01", "abends", "-3:00", "1830"])
def test_what_is_no_time_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_clock(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "0000-00-00", "morgen", "31.02.2026"])
def test_impossible_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_day(text)


def test_days_are_read_in_both_orders() -> None:
    assert read_day("2026-09-02") == read_day("02.09.2026") == date(2026, 9, 2)


@pytest.mark.parametrize(
    ("day", "start", "end", "expected"),
    [
        ((2026, 7, 1), "18:00", "19:30", ((1, 16, 0), (1, 17, 30))),
        ((2026, 12, 1), "18:00", "19:30", ((1, 17, 0), (1, 18, 30))),
        ((2026, 12, 1), "22:00", "01:00", ((1, 21, 0), (2, 0, 0))),
        ((2026, 12, 1), "18:00", "18:00", ((1, 17, 0), (1, 17, 0))),
        ((2026, 12, 1), "22:00", "24:00", ((1, 21, 0), (1, 23, 0))),
        # 02:30 does not exist that night; the offset before the change counts
        ((2027, 3, 28), "02:30", "05:00", ((28, 1, 30), (28, 3, 0))),
        # 02:30 exists twice; the first one is meant
        ((2026, 10, 25), "02:30", "05:00", ((25, 0, 30), (25, 4, 0))),
    ],
)
def test_times_are_those_of_a_clock_in_berlin(
    day: tuple[int, int, int],
    start: str,
    end: str,
    expected: tuple[tuple[int, int, int], tuple[int, int, int]],
) -> None:
    found = moments(date(*day), start, end, [])
    assert found == tuple(datetime(day[0], day[1], *moment, tzinfo=UTC) for moment in expected)


def test_a_missing_time_stays_missing() -> None:
    assert moments(date(2026, 9, 7), "", "", []) == (None, None)


def test_an_unreadable_time_is_noted_and_missing() -> None:
    notes: list[str] = []
    assert moments(date(2026, 9, 7), "abends", "20:00", notes)[0] is None
    assert notes == ["Uhrzeit eines Termins ist nicht lesbar"]


@pytest.mark.parametrize(
    "text",
    [
        "Kein Unterricht am 25.6.!",
        "Kein Kurstermin am 25.06.26",
        "Der Termin am 25.06.2026 entfällt.",
        "Kein Unterricht am Donnerstag, den 25.6.!",
        "Kein Unterricht am 18.6., 25.6. und 2.7.",
        "Der Kurs am 25. 6. fällt aus.",
    ],
)
def test_a_session_is_called_off_in_prose(text: str) -> None:
    is_off = called_off("Bitte beachten: " + text)
    assert is_off(date(2026, 6, 25))
    assert not is_off(date(2026, 6, 26))


@pytest.mark.parametrize(
    "text",
    ["Unterricht am 25.6.", "Das Kursentgelt entfällt.", "Der Termin am 25.06.2027 entfällt.", ""],
)
def test_other_prose_calls_nothing_off(text: str) -> None:
    assert not called_off(text)(date(2026, 6, 25))
