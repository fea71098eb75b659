"""What only Open-vhs has: its dialects, levels, features, certificates, several texts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmz.catalog.imports import kufer, openvhs
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.records import storable
from tests.catalog.imports.writers import MISSING, WRITERS, Written, file_of

BASE = WRITERS["openvhs"](Written())


def course(**changes: Any) -> ImportedCourse:
    (record,) = openvhs.read_records(file_of("openvhs", BASE | changes))
    return openvhs.parse_record(storable(record))


def feature(name: str, value: str = "true") -> dict[str, str]:
    return {"name": name, "wert": value}


def text(kind: str, said: str) -> dict[str, str]:
    return {"eigenschaft": kind, "text": said}


def test_a_plain_course_is_read_completely() -> None:
    read = course(level="B1.2")
    assert (read.external_id, read.number, read.level) == ("789304", "Mi402-121H", "B1.2")
    assert (read.program_area_code, read.teaching_units) == ("4.06", 4)
    assert read.sessions[0].starts_at == datetime(2026, 9, 7, 16, 0, tzinfo=UTC)
    assert read.sessions[0].place is not None
    assert read.sessions[0].place.accessible is True
    assert (read.fee_cents, read.reduced_fee_cents) == (8470, 4700)
    assert read.links[0]["url"] == "https://vhs.example.org/?id=1"


@pytest.mark.parametrize(
    "root",
    [
        '<veranstaltungen version="0.9">',
        '<veranstaltungen xmlns="http://www.dvv-vhs.de/Open-VHS" version="1.0">',
        '<openvhs:veranstaltungen xmlns:openvhs="http://www.dvv-vhs.de/Open-VHS" version="1.1">',
    ],
)
def test_the_root_may_stand_in_the_namespace_or_not(root: str) -> None:
    name = root[1:].split(maxsplit=1)[0]
    written = file_of("openvhs", BASE).decode()
    inner = written[written.index("<veranstaltung>") : written.index("</v:")]
    head = "<export><ersteller><guid>1</guid><name>vhs</name></ersteller></export>"
    (record,) = openvhs.read_records(f"{root}{head}{inner}</{name}>".encode())
    assert record["name"] == "Englisch A2.1 am Abend"


@pytest.mark.parametrize(
    ("hour", "moment"),
    [
        ("18:30:00", "2026-09-07T16:30"),
        ("13:00:00+02:00", "2026-09-07T11:00"),
        ("13:00", "2026-09-07T11:00"),
        (MISSING, ""),
    ],
)
def test_hours_in_the_spellings_of_the_official_sample(hour: Any, moment: str) -> None:
    (only,) = course(termin={"beginn_datum": "2026-09-07", "beginn_uhrzeit": hour}).sessions
    assert (only.starts_at.isoformat()[:16] if only.starts_at else "") == moment


def test_a_minimal_course_is_a_course() -> None:
    names = ("guid", "nummer", "name", "dvv_kategorie", "beginn_datum", "veranstaltungsort")
    (record,) = openvhs.read_records(file_of("openvhs", {name: BASE[name] for name in names}))
    read = openvhs.parse_record(record)
    assert (read.fee_cents, read.booking_channel) == (None, "office")
    assert [one.place and one.place.name for one in read.sessions] == ["VHS Mitte"]


@pytest.mark.parametrize(
    ("value", "form"),
    [("online_angebot", "online"), ("selbstlernangebot", "online"), ("blended_learning", "hybrid")],
)
def test_features_tell_the_form(value: str, form: str) -> None:
    assert course(merkmale={"merkmal": feature("kursart_digital", value)}).format == form


def test_features_become_keywords_where_they_are_true() -> None:
    merkmale = [feature("vhscloud_kurs"), feature("langsames_lerntempo", "false"), feature("D(1)")]
    read = course(merkmale={"merkmal": merkmale}, schlagwort="Reise")
    assert read.tags == ["Reise", "vhs.cloud"]
    assert course(merkmale={"merkmal": feature("bildungszeit")}).educational_leave


def test_repeated_subtitles_groups_and_price_notes_are_all_kept() -> None:
    read = course(
        untertitel=["Eins", "Zwei", "Eins"],
        zielgruppe=["Frauen", "Ältere"],
        preis={"betrag": "10.0", "rabatt_moeglich": "true", "zusatz": ["erm. 5,00 €", "bar"]},
    )
    assert (read.subtitle, read.target_group) == ("Eins – Zwei", "Frauen; Ältere")
    assert (read.fee_note, read.reduced_fee_cents) == ("erm. 5,00 €; bar", 500)


def test_texts_go_where_they_belong() -> None:
    read = course(
        text=[
            text("Voraussetzungen", "Stufe A1"),
            text("Kurzinfo", "Fein"),
            text("Beschreibung", "Lang"),
            text("Material", "Heft"),
            text("leer", ""),
        ],
        zertifikat=[{"name": "telc A2", "text": "Prüfung <extra>"}, {"name": "Teilnahme"}],
    )
    assert read.description_html == "<p>Lang</p>"
    assert read.notes_html == (
        "<p>Fein</p><p>Zertifikat: telc A2: Prüfung &lt;extra&gt;</p><p>Zertifikat: Teilnahme</p>"
    )
    assert (read.requirements, read.material) == ("Stufe A1", "Heft")


@pytest.mark.parametrize(("said", "units"), [("20.0", 20), ("7,5", 8), ("2.49", 2), ("x", None)])
def test_the_length_is_in_teaching_units(said: str, units: int | None) -> None:
    assert course(dauer=said).teaching_units == units


def test_another_number_of_sessions_is_noted() -> None:
    assert course(anzahl_termine="9").notes == ("anzahl_termine ist nicht die Zahl der Termine",)


def test_the_xml_of_berlin_is_read_too() -> None:
    sessions = [{"beginn_datum": day} for day in ("2026-09-14", "2026-09-07")]
    addresses = [{"lehrstaette": "B", "plz": "1"}, {"lehrstaette": "A", "plz": "2"}]
    read = course(
        ortetermine={"adresse": addresses, "termin": sessions}, termin=MISSING, anzahl_termine="26"
    )
    assert [one.place and one.place.name for one in read.sessions] == ["A", "B"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"guid": ""}, "guid fehlt"),
        ({"name": " "}, "name fehlt"),
        ({"beginn_datum": "2026-13-01"}, "beginn_datum „2026-13-01“"),
        ({"termin": {"beginn_datum": "x"}}, "Termin „x“"),
    ],
)
def test_a_broken_course_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedRecordError, match=reason):
        course(**changes)


_ANY = st.recursive(
    st.none() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "text", "termin", "adresse"]), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(BASE)), _ANY, max_size=3))
def test_any_shape_of_a_record_is_read_or_refused_but_never_an_accident(
    changes: dict[str, Any],
) -> None:
    kufer_base = WRITERS["kufer"](Written())
    for parse, base in ((openvhs.parse_record, BASE), (kufer.parse_record, kufer_base)):
        clean = {key: value for key, value in base.items() if value is not MISSING}
        try:
            parse(storable(clean | changes))
        except RefusedRecordError:
            continue
