"""Level, format, area and cancellation from titles and keywords."""

import pytest

from kmz.catalog.areas import AREAS, FIELDS, area_of
from kmz.catalog.imports.keywords import (
    area_code_of,
    format_of,
    kind_of,
    level_of,
    says_cancelled,
    waiting_of,
    wants_advice_first,
)


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Englisch A1.1", "A1.1"),
        ("Spanisch A1/A2 für die Reise", "A1/A2"),
        ("Deutsch B1+ Konversation", "B1+"),
        ("Italienisch C1/C2 - Auffrischung", "C1/C2"),
        ("Französisch A1.0a", "A1.0a"),
        ("Türkisch A1.1-A1.4 kompakt", "A1.1-A1.4"),
        ("Polnisch A1.3-4", "A1.3-4"),
        ("Deutsch A1 - A2 am Abend", "A1-A2"),
        ("Englisch B2 - 2. Semester", "B2"),
        ("Französisch B2.1â€‹", "B2.1"),
        ("telc English B2·C1 University", "B2/C1"),
        ("Poster DIN A2 gestalten", ""),
        ("Treffpunkt Raum B1", ""),
        ("Yoga", ""),
    ],
)
def test_the_level_is_read_as_the_title_spells_it(title: str, level: str) -> None:
    assert level_of(title, []) == level


@pytest.mark.parametrize(
    ("tags", "level"),
    [
        (["B1", "SPRACHEN"], "B1"),
        (["B1", "A2"], "A2/B1"),
        (["A1", "A2", "B1"], "A1-B1"),
        (["C", "C++"], ""),
    ],
)
def test_without_a_level_in_the_title_the_keywords_tell(tags: list[str], level: str) -> None:
    assert level_of("Konversation", tags) == level


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("online_angebot", "online"),
        ("selbstlernangebot", "online"),
        ("blended_learning", "hybrid"),
        ("unbekannt", "onsite"),
    ],
)
def test_the_format_is_the_stated_one(value: str, expected: str) -> None:
    feature = {"name": "kursart_digital", "wert": value}
    other = {"name": "barrierefreies_lernen", "wert": "true"}
    assert format_of({"merkmal": feature}, [], set()) == expected
    assert format_of({"merkmal": [other, feature]}, [], set()) == expected


def test_without_a_stated_format_keywords_and_venue_tell() -> None:
    assert format_of(None, ["Onlinekurs"], {"VHS"}) == "online"
    assert format_of(None, ["Blended Learning"], {"VHS"}) == "hybrid"
    assert format_of(None, [], {"Online"}) == "online"
    assert format_of(None, [], {"Online", "VHS"}) == "onsite"


@pytest.mark.parametrize(
    "title",
    [
        "ABGESAGT: Yoga",
        "ENTFÄLLT! Yoga",
        "fällt aus - Yoga",
        "  Fällt\u00a0aus: Yoga",
        "ENTFA\u0308LLT! Yoga",
        "ENTFÃ„LLT! Yoga",
        "fÃ¤llt aus - Yoga",
        "Yoga am Morgen - ABGESAGT!",
    ],
)
def test_a_title_calls_the_course_off(title: str) -> None:
    assert says_cancelled(title)


@pytest.mark.parametrize(
    "title", ["Yoga", "Was tun, wenn der Strom ausfällt?", "Füllt auseinander"]
)
def test_other_titles_call_nothing_off(title: str) -> None:
    assert not says_cancelled(title)


@pytest.mark.parametrize(
    ("category", "code"),
    [
        ({"@version": "2.0", "#text": "3.02"}, "3.02"),
        ({"@version": "1.0", "#text": "6.02"}, "6.02"),
        ({"@version": "2.0", "#text": "4"}, "4"),
        ("3.02", "3.02"),
        ({"@version": "2.0", "#text": "8.70"}, None),
        ({"@version": "2.0", "#text": None}, None),
        (None, None),
    ],
)
def test_the_area_is_the_stated_category(category: object, code: str | None) -> None:
    assert area_code_of({"dvv_kategorie": category}, ["SPRACHEN"], []) == code


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (["SPRACHEN", "Spanisch"], "4.22"),
        (["SPRACHEN"], "4"),
        (["Deutsch Fremdsprache"], "4.04"),
        (["GESUNDHEIT", "Yoga"], "3"),
        (["ARBEIT-BERUF-EDV", "Englisch"], "5"),
        (["Sommerkurs"], None),
    ],
)
def test_a_feed_without_categories_is_sorted_by_keyword(tags: list[str], code: str | None) -> None:
    assert area_code_of({}, tags, []) == code


def test_areas_and_fields_have_their_own_addresses() -> None:
    slugs = [area.slug for area in (*AREAS.values(), *FIELDS.values())]
    assert len(set(slugs)) == len(slugs)
    assert all(slug.isascii() and slug == slug.lower() for slug in slugs)
    assert all(area_of(code) == area for code, area in FIELDS.items())


def test_an_unnamed_field_gets_a_name_of_its_area() -> None:
    field = area_of("4.77")
    assert field is not None
    assert (field.parent_code, field.slug) == ("4", "fachgebiet-4-77")


def test_talks_and_tours_are_events() -> None:
    assert kind_of("Einzelveranstaltung/Vortrag") == kind_of("Führung/Exkursion") == "event"
    assert kind_of("Kurs") == kind_of("") == "course"


def test_the_waiting_list_is_counted_from_prose() -> None:
    assert waiting_of("Der Kurs ist ausgebucht. Warteliste: 4 Personen.") == 4
    assert waiting_of("Es gibt eine Warteliste.") == 0


def test_advice_first_is_understood() -> None:
    assert wants_advice_first("nur mit Beratung durch ausf. VHS buchbar")
    assert not wants_advice_first("Bitte nutzen Sie die kostenlose Einstufungsberatung.")
