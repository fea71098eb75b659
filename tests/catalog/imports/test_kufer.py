"""What only KuferSQL's internet.xml has: switches, windows of days, fallbacks, private data."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kmz import clock
from kmz.catalog.imports import kufer
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.records import storable
from tests.catalog.imports.writers import MISSING, WRITERS, Written, file_of


def course(**changes: Any) -> ImportedCourse:
    (record,) = kufer.read_records(file_of("kufer", WRITERS["kufer"](Written()) | changes))
    return kufer.parse_record(storable(record))


def category(name: str, path: str) -> dict[str, Any]:
    return {"kategorie": {"bezeichnung": name, "bezeichnungstruktur": path}}


def teacher(name: str, internet: str | None = "W", **more: Any) -> dict[str, Any]:
    return {"name": name, "vorname": "Eva", "doz_internet": internet, "geschlecht": "W"} | more


def test_a_plain_course_is_read_completely() -> None:
    read = course(titellang="Mit Muße durch den Alltag")
    assert (read.external_id, read.number) == ("262/Mi402-121H", "Mi402-121H")
    assert (read.title, read.subtitle) == ("Englisch A2.1 am Abend", "Mit Muße durch den Alltag")
    assert (read.program_area_code, read.semester_code, read.level) == ("4.06", "262", "A2.1")
    assert (read.district, read.format, read.booking_channel) == ("Mitte", "onsite", "online")
    assert (read.fee_cents, read.reduced_fee_cents, read.concession_allowed) == (8470, 4700, True)
    assert (read.starts_on, read.ends_on) == (date(2026, 9, 7), date(2026, 9, 14))
    assert read.sessions[0].starts_at == datetime(2026, 9, 7, 16, 0, tzinfo=UTC)
    assert [one.place and one.place.room for one in read.sessions] == ["Raum 1.12", "Raum 1.12"]
    assert [(one.salutation, one.last_name) for one in read.instructors] == [("Frau", "Beispiel")]
    assert (read.teaching_units, read.event_type) == (None, "")


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        ({"titellang_bf": "A", "haupttitel": "B", "titelkurz": "C", "titellang": "D"}, "A"),
        ({"haupttitel": " ", "titelkurz": "C", "titellang": "D"}, "C"),
        ({"haupttitel": None, "titelkurz": None, "titellang": "D"}, "D"),
    ],
)
def test_the_first_title_that_says_something_counts(titles: dict[str, Any], title: str) -> None:
    assert course(**titles).title == title


def test_the_long_title_that_repeats_the_title_is_no_subtitle() -> None:
    assert course(titellang="Englisch A2.1 am Abend").subtitle == ""


def test_the_text_for_the_web_wins_unless_it_says_nothing() -> None:
    assert course(web_info="Fürs Netz").description_html == "<p>Fürs Netz</p>"
    assert course(web_info="<p> </p>").description_html == "<p>Wir sprechen über den Alltag.</p>"


def test_the_waiting_list_is_counted_or_told_in_prose() -> None:
    told = "Ausgebucht. Warteliste: 4 Personen."
    assert course(inhalt=told, tnwarteliste=MISSING).external_waiting == 4
    assert course(inhalt=told, tnwarteliste="2").external_waiting == 2
    assert not course(inhalt=told, tnwarteliste="0").waitlist_open


def test_short_material_is_a_fact_and_long_one_a_remark() -> None:
    assert course(material="Block & Stift").material == "Block & Stift"
    long = course(material="Wolle " * 100)
    assert (long.material, long.notes_html[:9]) == ("", "<p>Wolle ")
    assert course(material="•\tA\n•\tB").notes_html == "<ul><li>A</li><li>B</li></ul>"


def test_only_teachers_whom_the_house_shows_are_shown_and_kept() -> None:
    read = course(
        dozenten={
            "dozent": [
                teacher("Offen"),
                teacher("Heimlich", "F"),
                teacher("Ungefragt", MISSING),
                teacher("Doppelt", telefon_privat="0170 1", email="x@example.org", dnr="77"),
            ]
        },
        termine={
            "termin": {"tag": "07.09.2026", "termin_doz": {"termin_name": "Heimlich2",
                                                           "termin_telefon_privat": "0170 2"}}
        },
        hauptdozent="4711",
        mitarbeiter_planend="IK",
    )  # fmt: skip
    assert [one.last_name for one in read.instructors] == ["Offen", "Doppelt"]
    for private in ("Heimlich", "Ungefragt", "0170", "x@example", "77", "4711", "IK"):
        assert private not in repr(read)


def test_each_session_has_its_own_room_else_that_of_the_course() -> None:
    sessions = [
        {"tag": "07.09.2026", "zeitvon": "9:00", "zeitbis": "10.30", "termin_ortraumname": "Aula",
         "termin_ortgebaeude": "Rathaus"},
        {"tag": "14.09.2026", "zeitvon": "09:00", "zeitbis": "10:30"},
    ]  # fmt: skip
    places = [one.place for one in course(termine={"termin": sessions}).sessions]
    assert [(one.name, one.room) for one in places if one] == [
        ("Rathaus", "Aula"),
        ("VHS Mitte", "Raum 1.12"),
    ]


@pytest.mark.parametrize(
    ("changes", "fee"),
    [
        ({"gebnorm": "0,00", "geberm": "0,00"}, (0, None, False)),
        ({"gebnorm": "1.250,00", "geberm": None}, (125000, None, False)),
        ({"gebnorm": None, "gebuehrergaenztext": "auf Anfrage"}, (None, None, False)),
        ({"gebnorm": "0,00", "gebuehrergaenztext": "Entgelt auf Anfrage"}, (None, None, False)),
    ],
)
def test_fees(changes: dict[str, Any], fee: tuple[int | None, int | None, bool]) -> None:
    read = course(**changes)
    assert (read.fee_cents, read.reduced_fee_cents, read.concession_allowed) == fee


@pytest.mark.parametrize(
    ("changes", "is_public"),
    [
        ({"internetaktiv": "W"}, True),
        ({"internetaktiv": MISSING}, True),
        ({"internetaktiv": "F"}, False),
        ({"internetvon": "01.01.2020", "internetbis": "31.12.2190"}, True),
        ({"internetvon": "31.12.2190"}, False),
        ({"internetbis": "01.01.2020 12:00"}, False),
        ({"internetvon": "", "internetbis": "bald"}, True),
    ],
)
def test_the_switch_and_the_window_of_days_take_a_course_offline(
    changes: dict[str, Any], *, is_public: bool
) -> None:
    assert course(**changes).is_public is is_public


def test_an_opening_window_makes_the_record_another_one() -> None:
    tomorrow = f"{clock.today().replace(year=clock.today().year + 1):%d.%m.%Y}"
    closed = course(internetvon=tomorrow)
    with clock.moved_by(days=370):
        opened = course(internetvon=tomorrow)
    assert (closed.is_public, opened.is_public) == (False, True)
    assert closed.record != opened.record


@pytest.mark.parametrize(
    ("changes", "channel"),
    [
        ({"keinewebanmeldung": "W"}, "office"),
        ({"keinewebanmeldung": "F"}, "online"),
        ({"keinewebanmeldung": MISSING}, "online"),
        ({"tnmax": "0"}, "office"),
        ({"gebnorm": ""}, "office"),
    ],
)
def test_who_takes_bookings(changes: dict[str, Any], channel: str) -> None:
    assert course(**changes).booking_channel == channel


@pytest.mark.parametrize(
    ("text", "closes_at"),
    [
        ("04.09.2026", datetime(2026, 9, 4, 21, 59, tzinfo=UTC)),
        ("04.09.2026 12:00", datetime(2026, 9, 4, 10, 0, tzinfo=UTC)),
        ("", None),
    ],
)
def test_bookings_close_at_the_end_of_the_day(text: str, closes_at: datetime | None) -> None:
    assert course(anm_ende=text).booking_closes_at == closes_at


def test_a_day_of_closing_that_is_none_is_noted() -> None:
    assert course(anm_ende="bald").notes == ("Anmeldeschluss ist kein lesbares Datum",)


@pytest.mark.parametrize(
    ("said", "cancelled"), [("W", True), ("zu wenige", True), ("F", False), (None, False)]
)
def test_what_stands_in_ausfall_calls_the_course_off(said: str | None, *, cancelled: bool) -> None:
    assert course(ausfall=said).is_cancelled is cancelled


@pytest.mark.parametrize(
    ("category_said", "department", "area"),
    [
        (category("Schulabschlüsse", "VHS / Beruf / Schulabschlüsse"), "", "6"),
        (category("Italienisch", r"VHS \ Sprachen \ Italienisch"), "Sprachen", "4.09"),
        (category("", "VHS / Gesundheit / 3.02"), "C02", "3.02"),
        (category("Bunt", "VHS / Bunt"), "Kultur und Gestalten", "2"),
        (None, "Qualifikationen für das Arbeitsleben – IT – Organisation/Management", "5"),
        (None, "Integrationskurs Alphabetisierung", None),
        (None, "", None),
    ],
)
def test_names_lead_to_areas(category_said: Any, department: str, area: str | None) -> None:
    read = course(kategorien=category_said, fachbtext=department)
    assert read.program_area_code == area
    assert bool(read.notes) == (area is None and bool(department))


@pytest.mark.parametrize(
    ("said", "code", "external_id"),
    [
        ("F2027", "271", "F2027/Mi402-121H"),
        ("", "262", "Mi402-121H"),
        ("Sonderprogramm", "262", "Sonderprogramm/Mi402-121H"),
    ],
)
def test_the_semester_is_read_or_told_by_the_first_day(
    said: str, code: str, external_id: str
) -> None:
    read = course(semester=said)
    assert (read.semester_code, read.external_id) == (code, external_id)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"knr": " "}, "knr fehlt"),
        ({"knr": "1" * 90}, "länger als 80"),
        ({"haupttitel": "", "titellang": ""}, "haupttitel fehlt"),
        ({"beginndat": "31.02.2026"}, "beginndat „31.02.2026“"),
        ({"termine": {"termin": {"tag": "x"}}}, "Termin „x“"),
        ({"termine": {"termin": {"zeitvon": "18:00"}}}, "Termin 1 hat kein Datum"),
    ],
)
def test_a_broken_course_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedRecordError, match=reason):
        course(**changes)
