"""The rows of one course in a table, as a course of ours."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kmz.catalog.areas import AREAS, FIELDS, area_of
from kmz.catalog.imports import keywords, times
from kmz.catalog.imports.imported import (
    ImportedCourse,
    ImportedInstructor,
    ImportedPlace,
    ImportedSession,
    RefusedRecordError,
)
from kmz.catalog.imports.prices import fee_of
from kmz.catalog.imports.scalars import count_of, fitted, text_of
from kmz.catalog.imports.table.columns import plain_name
from kmz.catalog.imports.texts import feed_text
from kmz.catalog.semesters import semester_code

_MAX_NUMBER = 40
_MAX_SESSIONS = 400
_DAY = r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})(?!\d)"
# "08.03" may be a time or the beginning of the next day
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}\.\d{2}(?!\.?\d)|\d{1,2}(?=\s*Uhr)"
# "01.03.2027", "Mo 01.03.27, 18.00-19.30 Uhr", "2027-03-01 18:00 bis 19:30"
_SESSION = re.compile(
    rf"(?P<day>{_DAY})(?:\s*[,:]?\s*(?:ab|von|um)?\s*(?P<start>{_TIME})(?:\s*Uhr)?"
    rf"(?:\s*(?:-|–|bis)\s*(?P<end>{_TIME})(?:\s*Uhr)?)?)?",
    re.IGNORECASE,
)
_TIMES = re.compile(
    rf"(?P<start>{_TIME})(?:\s*Uhr)?(?:\s*(?:-|–|bis)\s*(?P<end>{_TIME}))?", re.IGNORECASE
)
_PERSON_END = re.compile(r"[;/\n]| und | & ")
_TITLE = re.compile(r"(?:(?:Prof|Dr|Dipl|Ing|med|phil|h|c)\.[\s-]*)+", re.IGNORECASE)
_FORMATS = {"hybrid": "hybrid", "blended": "hybrid", "online": "online", "digital": "online"}

Cells = Mapping[str, str]


def parse_rows(fields: frozenset[str], record: Mapping[str, Any]) -> ImportedCourse:
    """Read a record {nummer, zeilen: [{field: text}]}; `fields` are those that have a column."""
    notes: list[str] = []
    rows: list[Cells] = record["zeilen"]
    cells = _merged(rows, notes)
    number, title = _identity(str(record["nummer"]), cells)
    description, remarks = feed_text(cells.get("text", "")), feed_text(cells.get("hinweise", ""))
    sessions = _sessions(rows, notes)
    starts_on, ends_on = _span(sessions, cells, notes)
    fee = fee_of({"betrag": cells.get("entgelt")}, notes)
    reduced = fee_of({"betrag": cells.get("ermaessigt")}, notes).cents
    if fee.cents is not None and reduced is not None and reduced > fee.cents:
        notes.append("Ermäßigtes Entgelt ist höher als das Entgelt")
    minimum, maximum = _limits(cells, notes)
    return ImportedCourse(
        external_id=number,
        number=number,
        title=fitted("course.title", title, notes),
        subtitle=fitted("course.subtitle", text_of(cells.get("untertitel")), notes),
        description_html=description.html,
        notes_html=remarks.html,
        search_words=f"{description.search_words} {remarks.search_words}".strip(),
        tags=[],
        program_area_code=_area(cells, notes),
        semester_code=_semester(cells.get("semester", ""), starts_on),
        district="",
        format=_format(cells.get("form", "")),
        event_type="",
        kind="course",
        level=fitted(
            "course.level", text_of(cells.get("niveau")) or keywords.level_of(title, []), notes
        ),
        target_group=fitted("course.target_group", text_of(cells.get("zielgruppe")), notes),
        teaching_units=count_of(cells.get("einheiten"), "Zahl der Unterrichtseinheiten", notes),
        min_participants=minimum,
        max_participants=maximum,
        external_participants=None,
        external_waiting=0,
        fee_cents=fee.cents,
        reduced_fee_cents=reduced,
        concession_allowed=reduced is not None,
        fee_note="",
        starts_on=starts_on,
        ends_on=ends_on,
        booking_channel="office" if fee.cents is None or not maximum else "online",
        is_cancelled=keywords.says_cancelled(title),
        links=[],
        sessions=sessions,
        instructors=_people(cells.get("kursleitung", ""), notes),
        record={"nummer": number, "felder": sorted(fields), "zeilen": [dict(row) for row in rows]},
        notes=tuple(dict.fromkeys(notes)),
    )


_PER_ROW = frozenset({"termine", "datum", "von", "bis", "ort", "raum", "strasse", "plz", "stadt"})


def _merged(rows: list[Cells], notes: list[str]) -> dict[str, str]:
    """What is said of the course: the first row that says it counts; people add up."""
    merged: dict[str, str] = {}
    people: dict[str, None] = {}
    for row in rows:
        for field, text in row.items():
            if field == "kursleitung":
                people[text] = None
            elif field not in _PER_ROW and merged.setdefault(field, text) != text:
                notes.append("Zeilen mit derselben Kursnummer widersprechen sich; die erste gilt")
    return merged | {"kursleitung": "; ".join(people)}


def _identity(number: str, cells: Cells) -> tuple[str, str]:
    title = text_of(cells.get("titel"))
    if not number:
        raise RefusedRecordError("Kursnummer fehlt")
    if len(number) > _MAX_NUMBER:
        raise RefusedRecordError(f"Kursnummer ist länger als {_MAX_NUMBER} Zeichen")
    if not title:
        raise RefusedRecordError("Titel fehlt")
    return number, title


def _sessions(rows: list[Cells], notes: list[str]) -> tuple[ImportedSession, ...]:
    """Those of all rows by time; one cell may hold several, and several rows one each."""
    found: dict[tuple[Any, ...], ImportedSession] = {}
    for row in rows:
        place = _place(row, notes)
        for match in _matches(row):
            session = _session(match, row, place, notes)
            found.setdefault((session.day, session.starts_at, session.ends_at, place), session)
    if len(found) > _MAX_SESSIONS:
        raise RefusedRecordError(f"Der Kurs hat mehr als {_MAX_SESSIONS} Termine")
    return tuple(sorted(found.values(), key=_by_time))


def _matches(row: Cells) -> list[re.Match[str]]:
    text = row.get("termine") or row.get("datum") or ""
    matches = list(_SESSION.finditer(text))
    if text and not matches:
        raise RefusedRecordError(f"Termin „{text[:40]}“ ist kein mögliches Datum")
    return matches


def _session(
    match: re.Match[str], row: Cells, place: ImportedPlace | None, notes: list[str]
) -> ImportedSession:
    day = _day(match["day"])
    start, end = match["start"], match["end"]
    if not start:
        start, end = _times(row)
    starts_at, ends_at = times.moments(day, start or "", end or "", notes)
    return ImportedSession(day, starts_at, ends_at, place)


def _times(row: Cells) -> tuple[str, str]:
    """From two cells, or both from one ("18:00-19:30 Uhr")."""
    start, end = row.get("von", ""), row.get("bis", "")
    if match := _TIMES.match(start):
        return match["start"], end or match["end"] or ""
    return start, end


def _by_time(session: ImportedSession) -> tuple[date, float]:
    return session.day, session.starts_at.timestamp() if session.starts_at else 0.0


def _day(text: str) -> date:
    whole = re.sub(r"(?<=\.)(\d\d)\Z", r"20\1", re.sub(r"\s", "", text))
    try:
        day = times.read_day(whole)
    except ValueError as error:
        raise RefusedRecordError(f"Termin „{text[:40]}“ ist kein mögliches Datum") from error
    if day is None:
        raise RefusedRecordError("Ein Termin hat kein Datum")
    return day


def _span(
    sessions: tuple[ImportedSession, ...], cells: Cells, notes: list[str]
) -> tuple[date | None, date | None]:
    """First and last day; a last day of its own counts where only one session is known."""
    if not sessions:
        return None, None
    first, last = sessions[0].day, sessions[-1].day
    if text := cells.get("enddatum"):
        named = _day(match["day"]) if (match := _SESSION.search(text)) else None
        if named is None or named < first:
            notes.append("Letzter Tag ist kein mögliches Datum und gilt nicht")
        elif len(sessions) == 1:
            return first, named
    return first, last


def _place(row: Cells, notes: list[str]) -> ImportedPlace | None:
    name, room = text_of(row.get("ort")), text_of(row.get("raum"))
    street, city = text_of(row.get("strasse")), text_of(row.get("stadt"))
    if not (name or room or street):
        return None
    return ImportedPlace(
        name=fitted("venue.name", name or street or room, notes),
        street=fitted("venue.street", street, notes),
        postal_code=fitted("venue.postal_code", text_of(row.get("plz")), notes),
        city=fitted("venue.city", city, notes),
        room=fitted("room.name", room, notes),
    )


def _limits(cells: Cells, notes: list[str]) -> tuple[int, int]:
    minimum = count_of(cells.get("min"), "Mindestteilnehmerzahl", notes) or 0
    maximum = count_of(cells.get("max"), "Höchstteilnehmerzahl", notes) or 0
    if maximum and minimum > maximum:
        notes.append("Mindestteilnehmerzahl ist größer als die Höchstteilnehmerzahl")
    return minimum, maximum


_AREA_CODES = {plain_name(area.name): code for code, area in reversed((AREAS | FIELDS).items())}


def _area(cells: Cells, notes: list[str]) -> str | None:
    code, name = text_of(cells.get("bereichsnummer")), text_of(cells.get("bereich"))
    if code and area_of(code):
        return code
    if name and (found := _AREA_CODES.get(plain_name(name))):
        return found
    if name and area_of(name):
        return name
    if code or name:
        notes.append("Programmbereich ist unbekannt, der Kurs hat keinen")
    return None


def _semester(text: str, starts_on: date | None) -> str | None:
    """What the column says in the way of our codes ("271"), else the one of the first day."""
    if re.fullmatch(r"\d\d[12]", text):
        return text
    return semester_code(starts_on) if starts_on else None


def _format(text: str) -> str:
    words = plain_name(text)
    return next((value for word, value in _FORMATS.items() if word in words), "onsite")


def _people(text: str, notes: list[str]) -> tuple[ImportedInstructor, ...]:
    """ "Dr. Mia Muster; Muster, Max": several are parted by a semicolon, a slash or "und"."""
    people: dict[tuple[str, str, str], ImportedInstructor] = {}
    for part in _PERSON_END.split(text):
        name = text_of(part)
        if not name:
            continue
        title = match[0].strip() if (match := _TITLE.match(name)) else ""
        last, comma, first = name[len(title) :].strip().partition(",")
        if not comma:
            first, _, last = last.rpartition(" ")
        person = ImportedInstructor(
            last_name=fitted("instructor.last_name", last.strip(), notes),
            first_name=fitted("instructor.first_name", first.strip(), notes),
            title=fitted("instructor.title", title, notes),
        )
        if person.last_name:
            people.setdefault(person.key, person)
    return tuple(people.values())
