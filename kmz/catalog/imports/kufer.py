"""One course of KuferSQL's "Internet-Export" (`internet.xml`), as a course of ours.

The export holds everything the office knows. `_SCHEMA` is the list of what is read at all: private
telephone numbers, mail addresses and ids of teachers never come in. Teachers are shown where Kufer
says so (`doz_internet` W). `dauer` is the number of dates; Kufer gives no teaching units.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from kmz import clock
from kmz.catalog.imports import keywords, parts, places, times
from kmz.catalog.imports.feed_format import PROSE_COLUMNS, USUAL_COLUMNS, FeedFormat
from kmz.catalog.imports.imported import (
    ImportedCourse,
    ImportedInstructor,
    ImportedPlace,
    ImportedSession,
)
from kmz.catalog.imports.kufer_areas import area_code_of, category_names
from kmz.catalog.imports.prices import Fee, fee_of
from kmz.catalog.imports.prose import take_requirements
from kmz.catalog.imports.records import storable
from kmz.catalog.imports.scalars import count_of, fitted, many, mapping, text_of, truth_of
from kmz.catalog.imports.texts import FeedText, feed_text
from kmz.catalog.imports.xml_records import TEXT, Schema, read_xml
from kmz.catalog.semesters import read_semester, semester_code

_TITLES = ("titellang_bf", "haupttitel", "titelkurz", "titellang")
_DAYS = ("beginndat", "endedat")
_SESSION = ("tag", "zeitvon", "zeitbis")
# Of an address: what `places` calls it, and the ends of Kufer's tags, best first.
_ADDRESS = {
    "lehrstaette": ("ortgebaeude", "ortaussenstelle", "ort"), "plz": ("ortplz",),
    "ort": ("ortname",), "strasse": ("ortstr",), "raum": ("ortraumname",),
}  # fmt: skip
_PEOPLE: Schema = dict.fromkeys(("titel", "vorname", "name", "geschlecht", "doz_internet"), TEXT)
_SCHEMA: Schema = {
    **dict.fromkeys(
        (
            "knr", "semester", "fachb", "fachbtext", *_TITLES, "inhalt", "web_info", "material",
            *_DAYS, "beginnuhr", "endeuhr", "dauer", "ort", "ortaussenstelle", "aussenstelle",
            "ortraumname", "ortgebaeude", "ortstr", "ortplz", "ortname", "gebnorm", "geberm",
            "gebuehrergaenztext", "tnmin", "tnmax", "tnanmeldungen", "tnwarteliste",
            "keinewebanmeldung", "internetaktiv", "internetvon", "internetbis", "anm_ende",
            "ausfall", "zielgruppe",
        ),
        TEXT,
    ),
    "termine": {
        "termin": dict.fromkeys(
            (
                *_SESSION, "termin_ortraumname", "termin_ortgebaeude", "termin_ortstr",
                "termin_ortplz", "termin_ortname",
            ),
            TEXT,
        )
    },
    "dozenten": {"dozent": _PEOPLE},
    "kategorien": {"kategorie": {"bezeichnung": TEXT, "bezeichnungstruktur": TEXT}},
}  # fmt: skip
_SHOWN = "im_internet"  # our own mark in the record: the window of days is open
_LONGEST_MATERIAL = 500
_MOMENT = re.compile(r"([\d.\-]+)(?:[ T]+([\d:.]+)(?: ?Uhr)?)?")


def read_records(data: bytes) -> Iterator[dict[str, Any]]:
    """The courses of the file; of teachers only those who may be shown."""
    today = clock.today()
    for record in read_xml(data, root="kurse", entry="kurs", schema=_SCHEMA):
        teachers = many(mapping(record.get("dozenten")).get("dozent"))
        shown = [one for one in map(mapping, teachers) if truth_of(one.get("doz_internet"))]
        yield record | {"dozenten": {"dozent": shown}, _SHOWN: _is_shown(record, today)}


def external_id_of(record: object) -> str:
    """Semester and number: houses use a number again in the next semester."""
    if not isinstance(record, dict) or not (number := text_of(storable(record.get("knr")))):
        return ""
    return "/".join(filter(None, (text_of(storable(record.get("semester"))), number)))


def parse_record(record: dict[str, Any]) -> ImportedCourse:
    """Read one course; RefusedRecordError gives the German reason."""
    notes: list[str] = []
    external_id, titles = external_id_of(record), _titles(record)
    parts.check_identity(external_id, next(iter(titles), ""), ("knr", "haupttitel"))
    title = fitted("course.title", titles[0], notes)
    subtitle = fitted("course.subtitle", _subtitle(record, titles[0]), notes)
    description, remarks, material = _texts(record)
    prose = "\n".join((description.plain, remarks.plain, material))
    sessions = _sessions(record, prose, notes)
    starts_on, ends_on = parts.span_of(record, _DAYS, sessions, notes)
    sessions = sessions or _first_session(record, starts_on, notes)
    fee = _fee(record, notes)
    minimum, maximum = parts.limits_of(record.get("tnmin"), record.get("tnmax"), notes)
    waiting = count_of(record.get("tnwarteliste"), "Warteliste", notes)
    waiting = keywords.waiting_of(prose) if waiting is None else waiting
    names = category_names(record)
    description_html, requirements = take_requirements(description.html)
    parts.note_garbled(title + prose, notes)
    return ImportedCourse(
        external_id=external_id,
        number=fitted("course.number", text_of(record.get("knr")), notes),
        title=title,
        subtitle=subtitle,
        description_html=description_html,
        notes_html=remarks.html,
        search_words=f"{description.search_words} {remarks.search_words}".strip(),
        tags=names,
        program_area_code=area_code_of(record, notes),
        semester_code=read_semester(text_of(record.get("semester")))
        or (semester_code(starts_on) if starts_on else None),
        district=fitted("course.district", text_of(record.get("aussenstelle")), notes),
        format=keywords.format_of(None, names, {s.place.name for s in sessions if s.place}),
        event_type="",
        kind="course",
        level=fitted("course.level", keywords.level_of(title, names), notes),
        target_group=fitted("course.target_group", text_of(record.get("zielgruppe")), notes),
        teaching_units=None,
        min_participants=minimum,
        max_participants=maximum,
        external_participants=count_of(record.get("tnanmeldungen"), "Anmeldungen", notes),
        external_waiting=waiting,
        fee_cents=fee.cents,
        reduced_fee_cents=fee.reduced_cents,
        concession_allowed=fee.concession_allowed,
        fee_note=fitted("course.fee_note", fee.note, notes),
        starts_on=starts_on,
        ends_on=ends_on,
        booking_channel="office"
        if truth_of(record.get("keinewebanmeldung"))
        else parts.channel_of(fee, maximum, prose),
        is_cancelled=_is_off(record) or keywords.says_cancelled(title),
        links=[],
        sessions=sessions,
        instructors=_instructors(record, notes),
        record=record,
        material=material,
        requirements=fitted("course.requirements", requirements, notes),
        booking_closes_at=_closes_at(record, notes),
        waitlist_open=waiting > 0,
        is_public=record.get(_SHOWN) is not False,
        notes=tuple(dict.fromkeys(notes)),  # when nothing can add to them any more
        **keywords.promises_of(title, subtitle, *names),
    )


def _titles(record: dict[str, Any]) -> list[str]:
    return [title for title in (text_of(record.get(name)) for name in _TITLES) if title]


def _subtitle(record: dict[str, Any], title: str) -> str:
    """The long title, where it says more than the title does."""
    long_title = text_of(record.get("titellang"))
    return "" if long_title == title else long_title


def _texts(record: dict[str, Any]) -> tuple[FeedText, FeedText, str]:
    """Description, remarks, material: web_info wins over inhalt; long material is a remark."""
    web_info = feed_text(str(record.get("web_info") or ""))
    description = web_info if web_info.plain else feed_text(str(record.get("inhalt") or ""))
    material = feed_text(str(record.get("material") or ""))
    is_plain_paragraph = material.html.count("<") == len(("<p>", "</p>"))
    if is_plain_paragraph and len(material.plain) <= _LONGEST_MATERIAL:
        return description, FeedText("", "", material.search_words), material.plain
    return description, material, ""


def _sessions(record: dict[str, Any], prose: str, notes: list[str]) -> parts.Sessions:
    entries = many(mapping(record.get("termine")).get("termin"))
    dated = [entry for entry in map(mapping, entries) if any(map(text_of, entry.values()))]
    usual = _address(record, "")

    def address_of(entry: dict[str, Any], _index: int) -> dict[str, str]:
        return _address(entry, "termin_") or usual

    return parts.sessions_of(dated, address_of, prose, notes, _SESSION)


def _address(record: dict[str, Any], prefix: str) -> dict[str, str]:
    address = {}
    for name, tags in _ADDRESS.items():
        said = (text_of(record.get(prefix + tag)) for tag in tags)
        if text := next(filter(None, said), ""):
            address[name] = text
    return address


def _first_session(
    record: dict[str, Any], starts_on: date | None, notes: list[str]
) -> parts.Sessions:
    """Without dates the first day stands for them, with the time and place of the course."""
    place: ImportedPlace | None = places.place_of_session(_address(record, ""), notes)
    hours = text_of(record.get("beginnuhr")), text_of(record.get("endeuhr"))
    if starts_on is None or not (place or any(hours)):
        return ()
    notes.append("Die Datei nennt keine Termine; der erste Tag steht für sie")
    return (ImportedSession(starts_on, *times.moments(starts_on, *hours, notes), place),)


def _fee(record: dict[str, Any], notes: list[str]) -> Fee:
    """The fee; a reduced one of nothing means that there is none."""
    price = {"betrag": record.get("gebnorm"), "zusatz": record.get("gebuehrergaenztext")}
    fee = fee_of(price, notes)
    reduced = fee_of({"betrag": record.get("geberm")}, notes).cents or None
    if fee.cents is None:
        return Fee(None, None, concession_allowed=False, note=fee.note)
    if reduced is not None and reduced > fee.cents:
        notes.append("Ermäßigtes Entgelt ist höher als das Entgelt")
    return Fee(fee.cents, reduced, reduced is not None, fee.note)


def _is_off(record: dict[str, Any]) -> bool:
    """ "ausfall" with anything in it but "no"; an empty tag is what some exports always write."""
    said = text_of(record.get("ausfall"))
    return bool(said) and truth_of(said) is not False


def _closes_at(record: dict[str, Any], notes: list[str]) -> datetime | None:
    """The end of the day in anm_ende, or the time that stands with it."""
    text = text_of(record.get("anm_ende"))
    match = _MOMENT.fullmatch(text)
    try:
        day = times.read_day(match[1]) if match else None
        hours = times.read_clock(match[2] or "") if match else None
    except ValueError:
        day = None
    if day is None:
        if text:
            notes.append("Anmeldeschluss ist kein lesbares Datum")
        return None
    return clock.berlin_moment(day, *(hours or (23, 59)))


def _is_shown(record: dict[str, Any], today: date) -> bool:
    """Whether Kufer lets the course into the internet today: the switch, and the window of days."""
    if truth_of(record.get("internetaktiv")) is False:
        return False
    window = []
    for name in ("internetvon", "internetbis"):
        match = _MOMENT.fullmatch(text_of(record.get(name)))
        try:
            window.append(times.read_day(match[1]) if match else None)
        except ValueError:
            window.append(None)
    first, last = window
    return (first is None or first <= today) and (last is None or today <= last)


def _instructors(record: dict[str, Any], notes: list[str]) -> tuple[ImportedInstructor, ...]:
    salutations = {"w": "Frau", "m": "Herr"}
    people = many(mapping(record.get("dozenten")).get("dozent"))
    return parts.instructors_of(
        [
            one | {"anrede": salutations.get(text_of(one.get("geschlecht")).casefold(), "")}
            for one in map(mapping, people)
            if truth_of(one.get("doz_internet"))
        ],
        notes,
    )


FORMAT = FeedFormat(
    name="kufer",
    label="KuferSQL (internet.xml)",
    extensions=(".xml",),
    read=read_records,
    parse=parse_record,
    external_id_of=external_id_of,
    id_word="knr",
    columns=(USUAL_COLUMNS | PROSE_COLUMNS | {"booking_closes_at"})
    - {"event_type", "kind", "teaching_units", "links"},
)
