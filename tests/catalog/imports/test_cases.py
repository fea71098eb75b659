"""Every one of the sixty-seven cases, in every format in which it can occur."""

from typing import Any

import pytest
from flask import Flask

from kmz.audit.actions import SYSTEM
from kmz.catalog.imports.formats import FORMATS
from kmz.catalog.imports.imported import ImportedCourse
from kmz.catalog.imports.records import storable
from kmz.catalog.imports.run import ImportOrder, import_courses
from tests.catalog.imports.cases import CANNOT, CASES
from tests.catalog.imports.writers import WRITERS, Written, file_of

NAMES = [
    "html_br",
    "html_link",
    "html_versteckt",
    "html_kaputt",
    "html_boese",
    "html_entity",
    "schlagwort_string",
    "schlagwort_fehlt",
    "ort_objekt",
    "ortetermine_null",
    "adressen_kuerzer",
    "mehrere_orte",
    "ort_draussen",
    "ort_online",
    "ort_unsauber",
    "dozent_liste",
    "dozent_leer",
    "dozent_fehlt",
    "preis_null",
    "preis_komma",
    "preis_anfrage",
    "preis_tausender",
    "preis_zusatz_frei",
    "preis_kein_erm",
    "rabatt_schreibweise",
    "tn_unbekannt",
    "tn_voll",
    "tn_ueberbucht",
    "warteliste",
    "tn_min_groesser_max",
    "tn_null",
    "tn_500",
    "zeit_punkt",
    "zeit_sekunden",
    "zeit_einstellig",
    "zeit_fehlt",
    "zeit_mitternacht",
    "zeit_umgekehrt",
    "sommerzeit",
    "zeit_luecke",
    "zeit_doppelt",
    "datum_verdreht",
    "beginn_abweichend",
    "feiertag",
    "begonnen",
    "kurs_abgesagt",
    "termin_entfaellt",
    "verlegt",
    "mojibake",
    "cp1252_steuer",
    "macroman",
    "nfd",
    "unsichtbar",
    "tab_liste",
    "nummer_doppelt",
    "guid_doppelt",
    "nummer_sonderzeichen",
    "name_lang",
    "name_leerzeichen",
    "name_zeichen",
    "art_null",
    "dvv_null",
    "dvv_v1",
    "webadresse_liste",
    "kontakt_im_text",
    "ende_fehlt",
    "untertitel_leer",
]
# Facts that a format has no words for.
_LACKING = {
    "berlin": set[str](),
    "berlin2020": {"times", "places", "off", "now", "teachers", "event_type"},
    "openvhs": {"event_type"},
    "kufer": {"event_type", "tags", "links", "concession"},
}


def read(feed: str, course: Written) -> ImportedCourse:
    """The course as the importer of the format reads its file."""
    file_format = FORMATS["berlin" if feed == "berlin2020" else feed]
    (record,) = file_format.read(file_of(feed, WRITERS[feed](course)))
    return file_format.parse(storable(record))


def facts_of(course: ImportedCourse) -> dict[str, Any]:
    moments = [(one.starts_at, one.ends_at) for one in course.sessions]
    places = [one.place for one in course.sessions if one.place]
    teachers = [(one.title, one.first_name, one.last_name) for one in course.instructors]
    return {
        "title": course.title,
        "subtitle": course.subtitle,
        "number": course.number,
        "html": course.description_html + course.notes_html,
        "words": course.search_words,
        "tags": course.tags,
        "level": course.level,
        "area": course.program_area_code,
        "event_type": course.event_type,
        "format": course.format,
        "channel": course.booking_channel,
        "cancelled": course.is_cancelled,
        "fee": course.fee_cents,
        "reduced": course.reduced_fee_cents,
        "concession": course.concession_allowed,
        "least": course.min_participants,
        "most": course.max_participants,
        "now": course.external_participants,
        "waiting": course.external_waiting,
        "waitlist": course.waitlist_open,
        "starts": str(course.starts_on),
        "ends": str(course.ends_on),
        "times": tuple("–".join(f"{m:%H:%M}" if m else "" for m in pair) for pair in moments),
        "off": tuple(one.is_cancelled for one in course.sessions),
        "places": tuple(f"{one.name}, {one.postal_code} {one.street}" for one in places),
        "teachers": [" ".join(filter(None, name)) for name in teachers],
        "links": [one["url"] for one in course.links],
        "note": "; ".join(course.notes),
    }


def test_all_sixty_seven_cases_are_here_and_every_gap_has_its_reason() -> None:
    assert len(set(NAMES)) == 67
    assert CASES.keys() == set(NAMES)
    for reasons in CANNOT.values():
        assert reasons.keys() <= CASES.keys()
        assert all(reasons.values())


@pytest.mark.parametrize("feed", WRITERS)
@pytest.mark.parametrize("name", CASES)
def test_a_case_means_the_same_in_every_format(name: str, feed: str) -> None:
    case = CASES[name]
    course = read(feed, case.course)
    if name in CANNOT[feed]:
        return  # read without complaint; there is nothing to compare
    facts = facts_of(course)
    wanted = {key: value for key, value in case.facts.items() if key not in _LACKING[feed]}
    assert {key: facts[key] for key in wanted} == wanted


@pytest.mark.parametrize("feed", WRITERS)
def test_a_plain_course_gives_no_note(feed: str) -> None:
    assert read(feed, Written()).notes == ()


@pytest.mark.parametrize("feed", ["openvhs", "kufer"])
def test_without_sessions_the_first_day_shows_the_place_and_a_note_says_so(feed: str) -> None:
    course = read(feed, CASES["ortetermine_null"].course)
    (only,) = course.sessions
    assert (str(only.day), only.place and only.place.name) == ("2026-09-07", "VHS Mitte")
    assert course.notes == ("Die Datei nennt keine Termine; der erste Tag steht für sie",)


@pytest.mark.parametrize("feed", WRITERS)
def test_a_key_counts_once_and_a_number_may_come_again(app: Flask, feed: str) -> None:
    write, file_format = WRITERS[feed], FORMATS["berlin" if feed == "berlin2020" else feed]
    twice = [Written(), CASES["guid_doppelt"].course, CASES["nummer_doppelt"].course]
    data = file_of(feed, *map(write, twice))
    order = ImportOrder(source=feed, file_format=file_format)
    report = import_courses(data, order, by=SYSTEM)
    assert (report.new, len(report.refused)) == (2, 1)
    assert "kommt schon vor: Eintrag 1" in str(report.refused[0])
    again = import_courses(data, order, by=SYSTEM)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)


@pytest.mark.parametrize("feed", WRITERS)
def test_what_is_kept_of_a_record_can_be_read_again(feed: str) -> None:
    file_format = FORMATS["berlin" if feed == "berlin2020" else feed]
    for case in CASES.values():
        course = read(feed, case.course)
        assert file_format.parse(course.record) == course


@pytest.mark.parametrize("feed", WRITERS)
def test_private_data_is_neither_shown_nor_kept(feed: str) -> None:
    course = repr(read(feed, Written()))
    for private in ("4711", "7654321", "1234567", "privat@", "Geheim"):
        assert private not in course
