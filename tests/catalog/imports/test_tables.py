"""Tables of houses: spellings of files, columns and cells."""

import csv
import io
from datetime import date, time

import pytest

from kmz import clock
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.table.cells import read_table
from kmz.catalog.imports.table.columns import FIELDS, columns_for, guess_columns, named_columns
from kmz.catalog.imports.table.course import parse_rows
from kmz.catalog.imports.table.table_format import table_format, template
from tests.catalog.imports.tables import HEADER, ROW, csv_file, xlsx_file


def read(data: bytes) -> list[ImportedCourse]:
    file_format = table_format(columns_for(read_table(data).headers, {}))
    return [file_format.parse(record) for record in file_format.read(data)]


def parsed(*rows: dict[str, str]) -> ImportedCourse:
    filled = [{"titel": "Korbflechten", **row} for row in rows]
    return parse_rows(frozenset(), {"nummer": "271-1", "zeilen": filled})


def times_of(course: ImportedCourse) -> list[tuple[str, str, str]]:
    return [
        (
            f"{one.day:%d.%m.%Y}",
            *(f"{clock.in_berlin(at):%H:%M}" if at else "" for at in (one.starts_at, one.ends_at)),
        )
        for one in course.sessions
    ]


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_spelling_of_a_csv_file_is_read(sign: str, encoding: str) -> None:
    row = ["271-1", "Körbe für Öko–Fans", *ROW[2:7], "84", "9"]
    (course,) = read(csv_file(row, sign=sign, encoding=encoding))
    assert (course.number, course.title) == ("271-1", "Körbe für Öko–Fans")
    assert (course.fee_cents, course.max_participants) == (8400, 9)
    assert times_of(course) == [("01.03.2027", "18:00", "19:30")]
    assert [one.key for one in course.instructors] == [("", "Mia", "Muster")]
    assert course.booking_channel == "online"


def test_excel_says_the_delimiter_and_quotes_lines() -> None:
    data = b'sep=,\r\nKursnummer,Titel,Beschreibung\r\n1,"A, B","Zeile 1\nZeile 2"\r\n'
    (course,) = read(data)
    assert course.title == "A, B"
    assert course.description_html == "<p>Zeile 1<br>Zeile 2</p>"


def test_a_workbook_means_the_same_as_its_csv() -> None:
    cells = ["271-1", "Korbflechten", date(2027, 3, 1), time(18), time(19, 30), "VHS am Markt",
             "Mia Muster", 84.7, 12]  # fmt: skip
    (from_workbook,) = read(xlsx_file(cells))
    (from_csv,) = read(csv_file(ROW))
    assert from_workbook.sessions == from_csv.sessions
    assert (from_workbook.fee_cents, from_workbook.max_participants) == (8470, 12)
    assert from_workbook.number == from_csv.number


def test_formulas_are_text() -> None:
    formula = '=HYPERLINK("http://boese.example","Klick")'
    (course,) = read(xlsx_file(["271-1", formula, *ROW[2:7], "=80+4.7", "12"]))
    assert course.title == formula
    assert course.fee_cents is None
    assert "Entgelt ist kein lesbarer Betrag und gilt als „auf Anfrage“" in course.notes


def test_several_rows_with_a_number_are_sessions_of_one_course() -> None:
    second = [*ROW[:2], "08.03.2027", "17:00", "18:00", "Rathaus", "Max Muster", "", ""]
    other = ["271-2", *ROW[1:]]
    first, alone = read(csv_file(ROW, other, second))
    assert times_of(first) == [("01.03.2027", "18:00", "19:30"), ("08.03.2027", "17:00", "18:00")]
    assert [one.place.name for one in first.sessions if one.place] == ["VHS am Markt", "Rathaus"]
    assert [one.last_name for one in first.instructors] == ["Muster", "Muster"]
    assert (first.fee_cents, first.notes) == (8470, ())
    assert len(alone.sessions) == 1


def test_rows_that_contradict_each_other_are_noted() -> None:
    course = parsed({"entgelt": "80"}, {"entgelt": "90"})
    assert course.fee_cents == 8000
    assert any("widersprechen sich" in note for note in course.notes)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("01.03.2027", [("01.03.2027", "", "")]),
        ("1.3.27 18.00-19.30 Uhr", [("01.03.2027", "18:00", "19:30")]),
        ("Mo, 01.03.2027, 18:00 bis 19:30", [("01.03.2027", "18:00", "19:30")]),
        ("2027-03-01 18:00", [("01.03.2027", "18:00", "")]),
        ("2027-03-01 18:00:00 – 19:30:00", [("01.03.2027", "18:00", "19:30")]),
        ("01.03.2027 18 Uhr", [("01.03.2027", "18:00", "")]),
        (
            "08.03.2027 18:00-19:30; 01.03.2027 17:00-18:00",
            [("01.03.2027", "17:00", "18:00"), ("08.03.2027", "18:00", "19:30")],
        ),
        ("01.03.2027\n08.03.2027", [("01.03.2027", "", ""), ("08.03.2027", "", "")]),
        ("", []),
    ],
)
def test_a_cell_holds_one_session_or_several(cell: str, expected: list[object]) -> None:
    assert times_of(parsed({"termine": cell} if cell else {})) == expected


def test_times_stand_in_one_cell_or_two() -> None:
    day = {"datum": "01.03.2027"}
    for cells in (
        {"von": "18:00", "bis": "19:30"},
        {"von": "18.00 - 19.30 Uhr"},
        {"von": "18:00:00", "bis": "19:30:00"},
    ):
        assert times_of(parsed(day | cells)) == [("01.03.2027", "18:00", "19:30")]
    odd = parsed(day | {"von": "abends"})
    assert times_of(odd) == [("01.03.2027", "", "")]
    assert "Uhrzeit eines Termins ist nicht lesbar" in odd.notes


@pytest.mark.parametrize("cell", ["demnächst", "31.02.2027", "2027-13-01", "99.99.9999"])
def test_what_is_no_day_refuses_the_course(cell: str) -> None:
    with pytest.raises(RefusedRecordError, match="kein mögliches Datum"):
        parsed({"datum": cell})


def test_the_last_day_of_its_own_counts() -> None:
    course = parsed({"datum": "01.03.2027", "enddatum": "21.06.2027"})
    assert (course.starts_on, course.ends_on) == (date(2027, 3, 1), date(2027, 6, 21))
    assert parsed({"datum": "01.03.2027", "enddatum": "2026"}).ends_on == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"bereichsnummer": "4.09"}, "4.09"),
        ({"bereich": "Italienisch"}, "4.09"),
        ({"bereich": "gesundheit"}, "3"),
        ({"bereich": "4"}, "4"),
        ({"bereich": "Quantenyoga"}, None),
        ({}, None),
    ],
)
def test_areas_have_numbers_or_names(cells: dict[str, str], expected: str | None) -> None:
    assert parsed(cells).program_area_code == expected


def test_people_are_named_in_either_order() -> None:
    course = parsed({"kursleitung": "Prof. Dr. Ada Bei Spiel; Muster, Max / Eva Ich und Uwe Du"})
    keys = [one.key for one in course.instructors]
    assert keys == [
        ("Prof. Dr.", "Ada Bei", "Spiel"), ("", "Max", "Muster"), ("", "Eva", "Ich"),
        ("", "Uwe", "Du"),
    ]  # fmt: skip


def test_an_unknown_fee_or_maximum_leads_to_the_office() -> None:
    known = {"entgelt": "0", "max": "12"}
    assert parsed(known).booking_channel == "online"
    assert parsed({**known, "entgelt": "auf Anfrage"}).booking_channel == "office"
    assert parsed({"entgelt": "0"}).booking_channel == "office"
    reduced = parsed({**known, "entgelt": "80", "ermaessigt": "40,00 €"})
    assert (reduced.reduced_fee_cents, reduced.concession_allowed) == (4000, True)


def test_columns_are_guessed_from_german_headers() -> None:
    assert guess_columns(HEADER) == {
        "nummer": "Kursnummer", "titel": "Titel", "datum": "Datum", "von": "von", "bis": "bis",
        "ort": "Ort", "kursleitung": "Dozent", "entgelt": "Gebühr", "max": "max. TN",
    }  # fmt: skip
    kufer = ["knr", "haupttitel", "Beginndatum", "Ermäßigte Gebühr", "Straße", "E-Mail Dozent"]
    assert guess_columns(kufer) == {
        "nummer": "knr", "titel": "haupttitel", "datum": "Beginndatum", "strasse": "Straße",
        "ermaessigt": "Ermäßigte Gebühr",
    }  # fmt: skip


def test_what_was_chosen_goes_before_what_is_guessed() -> None:
    headers = ["Nr", "Titel", "Kurzfassung"]
    assert columns_for(headers, {}) == {"nummer": "Nr", "titel": "Titel"}
    chosen = {"titel": "Kurzfassung", "untertitel": "Titel", "text": "Fort", "gibtsnicht": "Nr"}
    assert columns_for(headers, chosen) == {
        "nummer": "Nr", "titel": "Kurzfassung", "untertitel": "Titel",
    }  # fmt: skip
    assert columns_for(headers, {"titel": ""}) == {"nummer": "Nr"}


def test_columns_are_named_on_the_command_line() -> None:
    headers = ["Nr", "Bezeichnung"]
    pairs = ["Titel=Bezeichnung", "nummer = Nr", "Straße="]
    assert named_columns(pairs, headers) == {
        "titel": "Bezeichnung", "nummer": "Nr", "strasse": "",
    }  # fmt: skip
    for wrong in ("Titel", "Farbe=Nr", "Titel=Gibtsnicht"):
        with pytest.raises(ValueError, match="„"):
            named_columns([wrong], headers)


def test_the_template_is_read_as_it_is() -> None:
    (course,) = read(template())
    assert (course.number, course.title, len(course.sessions)) == (
        "271-4632",
        "Italienisch A1.1",
        2,
    )
    assert (course.fee_cents, course.reduced_fee_cents) == (8470, 4700)
    assert course.program_area_code == "4.09"
    assert course.notes == ()
    rows = list(csv.reader(io.StringIO(template().decode("utf-8-sig")), delimiter=";"))
    labels = [field.label for field in FIELDS.values() if field.sample]
    assert rows[0] == labels
