"""One record of either dialect as a course."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmz.catalog.imports.berlin import parse_record
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.records import storable
from tests.catalog.imports.sample import (
    address,
    dated,
    price,
    record_2020,
    record_2026,
    session,
    texts,
)


def course(**changes: Any) -> ImportedCourse:
    return parse_record(record_2026(**changes))


def test_a_clean_record_of_2026_is_read_completely() -> None:
    read = course()
    assert (read.number, read.title, read.subtitle) == ("Mi402-121H", "Englisch A2.1 am Abend", "")
    assert (read.program_area_code, read.semester_code, read.level) == ("4.06", "262", "A2.1")
    assert (read.district, read.event_type, read.format) == ("Mitte", "Kurs", "onsite")
    assert (read.min_participants, read.max_participants, read.external_participants) == (6, 12, 3)
    assert (read.fee_cents, read.reduced_fee_cents, read.concession_allowed) == (8470, 4700, True)
    assert read.fee_note == "erm. Preis: 47,00 EUR"
    assert (read.teaching_units, read.booking_channel) == (4, "online")
    assert (read.starts_on, read.ends_on) == (date(2026, 9, 7), date(2026, 9, 14))
    assert read.sessions[0].starts_at == datetime(2026, 9, 7, 16, 0, tzinfo=UTC)
    assert read.sessions[0].ends_at == datetime(2026, 9, 7, 17, 30, tzinfo=UTC)
    assert read.description_html == "<p>Wir sprechen über den Alltag.</p>"
    assert [(person.title, person.last_name) for person in read.instructors] == [
        ("Dr.", "Beispiel")
    ]
    assert read.links[0]["url"] == "https://vhs.example.org/?id=1"
    assert read.notes == ()


def test_a_record_of_2020_has_one_session_that_says_where() -> None:
    read = parse_record(record_2020())
    (only,) = read.sessions
    assert (only.day, only.starts_at) == (date(2020, 5, 11), None)
    assert only.place is not None
    assert (only.place.street, only.place.accessible) == ("Musterplatz 5", True)
    assert (read.starts_on, read.ends_on) == (date(2020, 5, 11), date(2020, 5, 15))
    assert read.external_participants is None
    assert (read.program_area_code, read.semester_code) == ("4.06", "201")
    assert (read.district, read.event_type, read.instructors) == ("", "", ())


def test_what_is_kept_names_no_contact_person_and_of_instructors_the_name_alone() -> None:
    kept = course(
        dozent={"anrede": "Frau", "titel": None, "name": "B", "vorname": "A", "telefon": "0170"},
        zukunft={"neu": 1},
    ).record
    assert "ansprechperson" not in kept
    assert kept["dozent"] == [{"anrede": "Frau", "titel": None, "name": "B", "vorname": "A"}]
    assert kept["zukunft"] == {"neu": 1}
    assert kept["anmeldung"]["mail"] == "buero@example.org"


def test_edges_and_double_blanks_of_title_and_number_go() -> None:
    read = course(name="  Yoga  am\u00a0Morgen ", nummer="Mi425-004S ")
    assert (read.title, read.number) == ("Yoga am Morgen", "Mi425-004S")


def test_title_letters_stay_as_they_are() -> None:
    title = 'Kunst "R & D" <Teil 2> \'24 🧘'
    assert course(name=title).title == title


def test_a_text_longer_than_its_column_is_cut_and_noted() -> None:
    read = course(name="Sehr lang " * 60)
    assert len(read.title) <= 300
    assert read.notes == ("Angabe für course.title ist länger als 300 Zeichen und wurde gekürzt",)


def test_single_objects_stand_for_lists() -> None:
    read = course(
        ortetermine={"adresse": address(), "termin": session("2026-09-07")},
        dozent=[{"name": "A"}, {"name": None}, {"name": "A"}, {"name": "B"}],
        schlagwort="Beratung",
        text={"eigenschaft": "Beschreibung", "text": "Kurz."},
        webadresse=[{"uri": "https://a.example/"}, {"uri": "javascript:x"}, {"uri": None}],
    )
    assert len(read.sessions) == 1
    assert [person.last_name for person in read.instructors] == ["A", "B"]
    assert "Eine Kursleitung steht zweimal im Eintrag und gilt einmal" in read.notes
    assert read.tags == ["Beratung"]
    assert read.description_html == "<p>Kurz.</p>"
    assert [link["url"] for link in read.links] == ["https://a.example/"]


def test_fewer_addresses_than_sessions_hold_for_the_rest() -> None:
    days = [session(day) for day in ("2026-09-07", "2026-09-14", "2026-09-21")]
    read = course(ortetermine={"adresse": [address(), address(raum="Aula")], "termin": days})
    assert [one.place.room for one in read.sessions if one.place] == ["Raum 1.12", "Aula", "Aula"]


def test_sessions_without_any_place_or_time_are_sessions() -> None:
    read = course(ortetermine={"adresse": None, "termin": [session("2026-09-07", None, None)]})
    assert [(one.place, one.starts_at) for one in read.sessions] == [(None, None)]


def test_without_sessions_the_stated_days_count() -> None:
    read = course(ortetermine=None)
    assert (read.sessions, read.starts_on, read.ends_on) == (
        (),
        date(2026, 9, 7),
        date(2026, 9, 14),
    )


def test_the_sessions_tell_first_and_last_day() -> None:
    read = course(beginn_datum="2026-08-31", ende_datum="2026-09-01")
    assert (read.starts_on, read.ends_on) == (date(2026, 9, 7), date(2026, 9, 14))
    assert len(read.notes) == 2
    assert course(ende_datum=None).ends_on == date(2026, 9, 14)


def test_an_end_before_the_beginning_is_unknown_where_no_session_tells() -> None:
    read = parse_record(record_2020(ende_datum="2020-05-01"))
    assert (read.starts_on, read.ends_on) == (date(2020, 5, 11), date(2020, 5, 11))
    assert len(read.notes) == 1


def test_a_missing_end_is_noted_where_no_session_tells() -> None:
    read = parse_record(record_2020(ende_datum=None))
    assert read.ends_on == date(2020, 5, 11)
    assert read.notes == ("ende_datum fehlt; als letzter Tag gilt der erste",)
    assert course(ende_datum=None).notes == ()


def test_a_room_may_say_that_a_session_is_off() -> None:
    read = course(ortetermine=dated(session("2026-09-07"), raum="fällt aus"))
    (only,) = read.sessions
    assert only.is_cancelled
    assert only.place is not None
    assert (only.place.name, only.place.room) == ("VHS Mitte", "")


def test_prose_calls_one_session_off() -> None:
    read = course(text=texts("Schön.", "Kein Unterricht am 14.9.!"))
    assert [one.is_cancelled for one in read.sessions] == [False, True]


@pytest.mark.parametrize(
    ("changes", "channel"),
    [
        ({}, "online"),
        ({"preis": price("", "auf Anfrage")}, "office"),
        ({"maximale_teilnehmerzahl": "0"}, "office"),
        ({"text": texts("x", "nur mit Beratung durch ausf. VHS buchbar")}, "office"),
        ({"maximale_teilnehmerzahl": "500"}, "online"),
    ],
)
def test_who_takes_bookings(changes: dict[str, Any], channel: str) -> None:
    assert course(**changes).booking_channel == channel


def test_odd_numbers_of_participants_are_kept_and_noted() -> None:
    read = course(minimale_teilnehmerzahl="14", aktuelle_teilnehmerzahl="-1")
    assert (read.min_participants, read.max_participants) == (14, 12)
    assert read.external_participants is None
    assert len(read.notes) == 1
    assert course(aktuelle_teilnehmerzahl="15").external_participants == 15
    assert course(aktuelle_teilnehmerzahl="99999999999").external_participants is None


def test_wrongly_decoded_letters_are_taken_and_noted() -> None:
    read = course(name="Vegetarische KÃ¼che")
    assert read.title == "Vegetarische KÃ¼che"
    assert len(read.notes) == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("kein Objekt", "kein Objekt"),
        (None, "kein Objekt"),
        (record_2026(guid=None), "guid fehlt"),
        (record_2026(guid=" "), "guid fehlt"),
        (record_2026(name="  "), "name fehlt"),
        (record_2026(beginn_datum="2026-02-30"), "beginn_datum „2026-02-30“"),
        (record_2020(ende_datum="bald"), "ende_datum „bald“"),
        (record_2026(ortetermine=dated(session("2026-09-31"))), "Termin „2026-09-31“"),
        (record_2026(ortetermine=dated(session(""))), "Termin 1 hat kein Datum"),
    ],
)
def test_a_broken_record_is_refused_with_its_reason(record: object, reason: str) -> None:
    with pytest.raises(RefusedRecordError, match=reason):
        parse_record(record)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(record_2026() | record_2020())), _JSON, max_size=4))
def test_any_value_anywhere_is_read_or_refused_but_never_an_accident(
    changes: dict[str, Any],
) -> None:
    try:
        read = parse_record(storable(record_2026(**changes)))
    except RefusedRecordError:
        return
    assert "\x00" not in repr(read)
