"""Filters, counts, order and pages of the list."""

from datetime import timedelta

import pytest

from kmz import clock
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import EVERYTHING
from tests.catalog.search.finding import chosen, find, titles
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")


def counts(words: str = "", bereich: str = "") -> dict[str, int]:
    areas = find(words, chosen=chosen(bereich=bereich)).group("bereich")
    assert {area.value for area in areas.chosen} == set(bereich.split())
    return {area.number: area.count for area in areas.options}


def test_counts_ignore_their_own_filter_but_not_the_words() -> None:
    make_course(title="Yoga", area_code="3")
    make_course(title="Yoga für Sprachfreunde", area_code="4")
    make_course(title="Englisch", area_code="4")
    assert counts() == {"3": 1, "4": 2}
    assert counts("", "bereich-3") == {"3": 1, "4": 2}
    assert counts("yoga", "bereich-4") == {"3": 1, "4": 1}
    assert find("yoga", chosen=chosen(bereich="bereich-4")).total == 1


def test_several_areas_are_a_choice() -> None:
    for code in ("2", "3", "4"):
        make_course(title=f"Kurs {code}", area_code=code)
    assert sorted(titles(chosen=chosen(bereich="bereich-2 bereich-4"))) == ["Kurs 2", "Kurs 4"]


def test_a_course_of_a_fachgebiet_counts_for_its_programmbereich() -> None:
    make_course(title="Italienisch", area_code="4.09")
    assert counts("", "bereich-4") == {"4": 1, "4.09": 1}
    assert titles(chosen=chosen(bereich="bereich-4.09")) == ["Italienisch"]


def test_an_area_that_does_not_exist_is_no_filter() -> None:
    make_course(title="Yoga", area_code="3")
    assert titles(chosen=chosen(bereich="gibt-es-nicht")) == ["Yoga"]
    assert titles(chosen=chosen(bereich="gibt-es-nicht bereich-3")) == ["Yoga"]


def test_a_course_is_listed_on_its_last_day_and_gone_the_day_after() -> None:
    today = clock.today()
    make_course(title="Endet heute", starts_on=today, sessions=1)
    make_course(title="Endete gestern", starts_on=today - timedelta(days=1), sessions=1)
    assert titles() == ["Endet heute"]
    assert sorted(titles(shown=EVERYTHING)) == ["Endet heute", "Endete gestern"]
    with clock.moved_by(days=1):
        assert titles() == []


def test_a_course_without_days_is_listed() -> None:
    make_course(title="Termin folgt", starts_on=None, ends_on=None, sessions=0)
    assert titles() == ["Termin folgt"]


def test_a_course_that_is_not_published_is_not_found() -> None:
    make_course(title="Entwurf", published_at=None)
    assert find().total == 0
    assert titles("Entwurf") == []


def test_the_next_course_comes_first() -> None:
    today = clock.today()
    for days in (20, 3, 11):
        make_course(title=f"In {days} Tagen", starts_on=today + timedelta(days=days))
    assert titles() == ["In 3 Tagen", "In 11 Tagen", "In 20 Tagen"]


def test_titles_are_sorted_as_in_a_german_dictionary() -> None:
    for title in ("Zen", "Ölmalerei", "Nähen", "Nadeln", "Obst", "ätzen", "Backen"):
        make_course(title=title)
    expected = ["ätzen", "Backen", "Nadeln", "Nähen", "Obst", "Ölmalerei", "Zen"]
    assert titles(sort="titel") == expected


def test_relevance_without_words_means_the_next_course_first() -> None:
    today = clock.today()
    make_course(title="Später", starts_on=today + timedelta(days=9))
    make_course(title="Früher", starts_on=today + timedelta(days=2))
    assert titles(sort="relevanz") == ["Früher", "Später"]


@pytest.mark.parametrize("sort", ["beginn", "titel", "relevanz"])
def test_pages_show_every_course_once(sort: str) -> None:
    day = clock.today() + timedelta(days=5)
    for number in range(28):
        make_course(title="Yoga", number=f"271-{number:04d}", starts_on=day)
    first, second = (find("yoga", sort=sort, page=page) for page in (1, 2))
    assert (len(first.cards), len(second.cards)) == (25, 3)
    assert (first.total, first.page_count) == (28, 2)
    assert len({card.number for card in (*first.cards, *second.cards)}) == 28
    if sort != "relevanz":
        assert [card.number for card in second.cards] == ["271-0025", "271-0026", "271-0027"]


def test_a_page_beyond_the_last_is_empty() -> None:
    make_course(title="Yoga")
    result = find(page=999)
    assert (result.total, result.cards, result.page_count) == (1, [], 1)


def test_the_card_of_a_course_is_at_hand() -> None:
    course = make_course(title="Yoga")
    hidden = make_course(title="Entwurf", published_at=None)
    catalog_search().refresh()
    card = catalog_search().card(course.id)
    assert card is not None
    assert card.title == "Yoga"
    assert catalog_search().card(hidden.id) is None
