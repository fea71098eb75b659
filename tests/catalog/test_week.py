"""The Wochenplan: the same list at its weekdays and times."""

from datetime import timedelta

import pytest

from kmz import clock
from kmz.catalog.rules import Availability, CourseAvailability
from kmz.catalog.search.cards import CourseCard
from kmz.catalog.week import week_of
from tests.catalog.steps import fragment, refresh_search
from tests.factories import make_course
from tests.page import Browser

FREE = Availability(CourseAvailability.FREE, "Plätze frei", "free", bookable=True)


def card(number: int, *slots: tuple[int, str]) -> CourseCard:
    texts = dict.fromkeys(
        ("number", "subtitle", "area_number", "area_line", "day_number", "month", "when", "place",
         "instructors", "fee", "reduced_fee"), ""
    )  # fmt: skip
    title = f"Kurs {number}"
    return CourseCard(
        id=number, slug=str(number), title=title, starts_on=None, slots=slots, **texts
    )


def laid_out(*cards: CourseCard) -> dict[tuple[str, str], list[str]]:
    week = week_of(cards, {one.id: FREE for one in cards})
    return {
        (day.name, part): [f"{meeting.time} {meeting.card.title}" for meeting in meetings]
        for day in week.days
        for part, meetings in day.parts
        if meetings
    }


def test_courses_stand_at_their_weekday_and_part_of_the_day_by_their_beginning() -> None:
    found = laid_out(
        card(1, (1, "18:30–20:00")),
        card(2, (1, "17:00–18:00"), (3, "09:00–12:30")),
        card(3, (3, "12:00–13:00"), (6, "16:59 Uhr")),
    )
    assert found == {
        ("Dienstag", "abends"): ["17:00–18:00 Kurs 2", "18:30–20:00 Kurs 1"],
        ("Donnerstag", "vormittags"): ["09:00–12:30 Kurs 2"],
        ("Donnerstag", "nachmittags"): ["12:00–13:00 Kurs 3"],
        ("Sonntag", "nachmittags"): ["16:59 Uhr Kurs 3"],
    }


def test_courses_without_times_stand_below_and_unpublished_ones_nowhere() -> None:
    week = week_of([card(1), card(2, (0, "10:00"))], {1: FREE})
    assert [meeting.card.id for meeting in week.without_time] == [1]
    assert sum(day.count for day in week.days) == 0
    assert [day.name for day in week.days][::6] == ["Montag", "Sonntag"]


@pytest.fixture
def visitor(browser_: Browser) -> Browser:
    make_course(number="271-1", title="Italienisch", area_code="4")
    make_course(number="271-2", title="Gymnastik", area_code="3")
    refresh_search()
    return browser_


def test_the_switch_keeps_the_filters_and_the_filters_keep_the_view(visitor: Browser) -> None:
    page = visitor.open("/kurse?q=italienisch&bereich=bereich-4&sortierung=titel")
    page = visitor.click("Wochenplan")
    assert page.headings == ["Wochenplan"]
    assert page.title.startswith("„italienisch“, Sprachen – Wochenplan")
    assert "1 Kurs „italienisch“" in page.text
    assert "18:30–20:00" in page.text
    assert "In den Warenkorb" not in page.text
    page = visitor.submit("Kurse zeigen", action="/kurse", q="")
    assert page.headings == ["Wochenplan"]
    assert page.link("Sprachen entfernen") == "/kurse?ansicht=woche&sortierung=titel"
    page = visitor.click("Liste")
    assert page.headings == ["Programm"]
    assert page.link("Wochenplan") == "/kurse?bereich=bereich-4&ansicht=woche&sortierung=titel"


def test_the_fragment_is_the_week_too(visitor: Browser) -> None:
    block = fragment(visitor.client, "/kurse?ansicht=woche&tag=&q=", "results")
    assert '<div class="week">' in block.html
    assert block.headers["HX-Push-Url"] == "/kurse?ansicht=woche"
    assert block.title == "Wochenplan · kmz"


def test_more_courses_than_fit_are_said(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kmz.catalog.list_views.MOST", 1)
    page = visitor.open("/kurse?ansicht=woche")
    assert "Der Wochenplan zeigt die ersten 1 von 2 Kursen." in page.text
    assert visitor.open("/kurse?ansicht=woche&seite=7").status == 200


def test_nothing_found_offers_the_same_ways_out(visitor: Browser) -> None:
    page = visitor.open("/kurse?ansicht=woche&q=gymnastik&bereich=bereich-4")
    way = page.link("Programmbereich „Sprachen“ weglassen (1 Kurs)")
    assert way == "/kurse?q=gymnastik&ansicht=woche"


def test_a_course_taken_back_is_in_no_week(visitor: Browser) -> None:
    make_course(number="271-3", title="Morgen", starts_on=clock.today() + timedelta(days=1))
    refresh_search()
    assert "Morgen" in visitor.open("/kurse?ansicht=woche").text
