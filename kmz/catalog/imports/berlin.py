"""One record of the Berlin course feed (VHS-IT), dialects of 2020 and 2026, as a course of ours.

The 2026 dialect has one address per session (`ortetermine`), participants, instructors and format;
the one of 2020 only `veranstaltungsort`, first and last day. `anzahl_termine` are teaching units.
"""

import re
from datetime import date
from typing import Any

from kmz.catalog.imports import keywords, places, times
from kmz.catalog.imports.feed_format import FeedFormat
from kmz.catalog.imports.imported import (
    ImportedCourse,
    ImportedInstructor,
    ImportedSession,
    RefusedRecordError,
)
from kmz.catalog.imports.prices import Fee, fee_of
from kmz.catalog.imports.records import kept, read_records, storable
from kmz.catalog.imports.scalars import count_of, fitted, many, mapping, text_of
from kmz.catalog.imports.texts import FeedText, feed_text
from kmz.catalog.semesters import semester_code

_EXTERNAL_ID_LENGTH = 80
_DESCRIPTION = "Beschreibung"
# UTF-8 read as Windows-1252 ("KÃ¼che") or a replaced letter: taken as it came, but noted
_GARBLED = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|\ufffd")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def parse_record(record: object) -> ImportedCourse:
    """Read one entry of the file, made `storable`; RefusedRecordError gives the German reason."""
    if not isinstance(record, dict):
        raise RefusedRecordError("Der Eintrag ist kein Objekt")
    notes: list[str] = []
    external_id, title = _identity(record, notes)
    tags = keywords.tags_of(record.get("schlagwort"))
    description, remarks = _texts(record)
    prose = description.plain + "\n" + remarks.plain
    dated = _sessions(record, prose, notes)
    starts_on, ends_on = _span(record, dated, notes)
    sessions = dated or _session_at_venue(record, starts_on, notes)
    fee = fee_of(mapping(record.get("preis")), notes)
    minimum, maximum = _limits(record, notes)
    event_type = fitted("course.event_type", text_of(record.get("veranstaltungsart")), notes)
    venue_names = {session.place.name for session in sessions if session.place}
    if _GARBLED.search(title + prose):
        notes.append("Titel oder Text enthält falsch gelesene Zeichen")
    return ImportedCourse(
        external_id=external_id,
        number=fitted("course.number", text_of(record.get("nummer")), notes),
        title=title,
        subtitle=fitted("course.subtitle", text_of(record.get("untertitel")), notes),
        description_html=description.html,
        notes_html=remarks.html,
        search_words=f"{description.search_words} {remarks.search_words}".strip(),
        tags=tags,
        program_area_code=keywords.area_code_of(record, tags, notes),
        semester_code=semester_code(starts_on) if starts_on else None,
        district=fitted("course.district", text_of(record.get("bezirk")), notes),
        format=keywords.format_of(record.get("merkmale"), tags, venue_names),
        event_type=event_type,
        kind=keywords.kind_of(event_type),
        level=fitted("course.level", keywords.level_of(title, tags), notes),
        target_group=fitted("course.target_group", text_of(record.get("zielgruppe")), notes),
        teaching_units=count_of(
            record.get("anzahl_termine"), "Zahl der Unterrichtseinheiten", notes
        ),
        min_participants=minimum,
        max_participants=maximum,
        external_participants=count_of(
            record.get("aktuelle_teilnehmerzahl"), "Aktuelle Teilnehmerzahl", notes
        ),
        external_waiting=keywords.waiting_of(prose),
        fee_cents=fee.cents,
        reduced_fee_cents=fee.reduced_cents,
        concession_allowed=fee.concession_allowed,
        fee_note=fitted("course.fee_note", fee.note, notes),
        starts_on=starts_on,
        ends_on=ends_on,
        booking_channel=_channel(fee, maximum, prose),
        is_cancelled=keywords.says_cancelled(title),
        links=_links(record.get("webadresse"), notes),
        sessions=sessions,
        instructors=_instructors(record.get("dozent"), notes),
        record=kept(record),
        notes=tuple(dict.fromkeys(notes)),
    )


def external_id_of(record: object) -> str:
    """The guid of an entry, "" where it has none; for messages about entries that were refused."""
    return text_of(storable(record.get("guid"))) if isinstance(record, dict) else ""


def _identity(record: dict[str, Any], notes: list[str]) -> tuple[str, str]:
    external_id, title = external_id_of(record), text_of(record.get("name"))
    if not external_id:
        raise RefusedRecordError("guid fehlt")
    if len(external_id) > _EXTERNAL_ID_LENGTH:
        raise RefusedRecordError(f"guid ist länger als {_EXTERNAL_ID_LENGTH} Zeichen")
    if not title:
        raise RefusedRecordError("name fehlt")
    return external_id, fitted("course.title", title, notes)


def _texts(record: dict[str, Any]) -> tuple[FeedText, FeedText]:
    """The description, and everything else that is prose, in its order."""
    parts: tuple[list[str], list[str]] = ([], [])
    for entry in many(record.get("text")):
        raw = mapping(entry).get("text") if isinstance(entry, dict) else entry
        if isinstance(raw, str):
            is_description = text_of(mapping(entry).get("eigenschaft")) == _DESCRIPTION
            parts[0 if is_description else 1].append(raw)
    return feed_text("\n\n".join(parts[0])), feed_text("\n\n".join(parts[1]))


def _day(value: object, what: str) -> date | None:
    text = text_of(value)
    try:
        return times.read_day(text)
    except ValueError as error:
        raise RefusedRecordError(f"{what} „{text[:40]}“ ist kein mögliches Datum") from error


def _sessions(record: dict[str, Any], prose: str, notes: list[str]) -> tuple[ImportedSession, ...]:
    """The sessions by day and time, each with the address at its place in the list.

    Fewer addresses than sessions: the last one holds for the rest.
    """
    both = mapping(record.get("ortetermine"))
    entries = [entry for entry in map(mapping, many(both.get("termin"))) if any(entry.values())]
    addresses = list(map(mapping, many(both.get("adresse"))))
    if len(addresses) > len(entries):
        notes.append("Mehr Orte als Termine; die überzähligen stehen nur im Datensatz")
    is_off = times.called_off(prose)
    sessions = []
    for index, entry in enumerate(entries):
        address = addresses[min(index, len(addresses) - 1)] if addresses else {}
        day = _day(entry.get("beginn_datum"), "Termin")
        if day is None:
            raise RefusedRecordError(f"Termin {index + 1} hat kein Datum")
        starts_at, ends_at = times.moments(
            day, text_of(entry.get("beginn_uhrzeit")), text_of(entry.get("ende_uhrzeit")), notes
        )
        place = places.place_of_session(address, notes)
        off = is_off(day) or places.room_says_called_off(address)
        sessions.append(ImportedSession(day, starts_at, ends_at, place, off))
    return tuple(sorted(sessions, key=_by_time))


def _by_time(session: ImportedSession) -> tuple[date, float]:
    return session.day, session.starts_at.timestamp() if session.starts_at else 0.0


def _session_at_venue(
    record: dict[str, Any], starts_on: date | None, notes: list[str]
) -> tuple[ImportedSession, ...]:
    """A feed without sessions (2020): the first day stands for them, so that the place is shown."""
    place = places.place_of_course(mapping(record.get("veranstaltungsort")), notes)
    if place is None or starts_on is None:
        return ()
    return (ImportedSession(starts_on, None, None, place),)


def _span(
    record: dict[str, Any], sessions: tuple[ImportedSession, ...], notes: list[str]
) -> tuple[date | None, date | None]:
    """First and last day: those of the sessions, which customers need; the record keeps others."""
    starts_on = _day(record.get("beginn_datum"), "beginn_datum")
    ends_on = _day(record.get("ende_datum"), "ende_datum")
    if sessions:
        first, last = sessions[0].day, sessions[-1].day
        if starts_on not in {None, first}:
            notes.append("beginn_datum ist nicht der Tag des ersten Termins; es gilt der Termin")
        if ends_on not in {None, last}:
            notes.append("ende_datum ist nicht der Tag des letzten Termins; es gilt der Termin")
        return first, last
    if starts_on and ends_on and ends_on < starts_on:
        notes.append("ende_datum liegt vor beginn_datum; das Ende ist unbekannt")
        ends_on = None
    # Only the first day is sure then; without one the course would drop out of every list by days.
    return starts_on, ends_on or starts_on


def _limits(record: dict[str, Any], notes: list[str]) -> tuple[int, int]:
    minimum = count_of(record.get("minimale_teilnehmerzahl"), "Mindestteilnehmerzahl", notes) or 0
    maximum = count_of(record.get("maximale_teilnehmerzahl"), "Höchstteilnehmerzahl", notes) or 0
    if maximum and minimum > maximum:
        notes.append("Mindestteilnehmerzahl ist größer als die Höchstteilnehmerzahl")
    return minimum, maximum


def _channel(fee: Fee, maximum: int, prose: str) -> str:
    """Without price or number of seats, or where advice comes first, only the office books."""
    office = fee.cents is None or maximum == 0 or keywords.wants_advice_first(prose)
    return "office" if office else "online"


def _links(value: object, notes: list[str]) -> list[dict[str, Any]]:
    links = []
    for entry in map(mapping, many(value)):
        address = text_of(entry.get("uri"))
        if _WEB_ADDRESS.fullmatch(address):
            kind, name = text_of(entry.get("typ")), text_of(entry.get("name"))
            links.append({"kind": kind, "name": name, "url": address})
        elif address:
            notes.append(
                "Eine Webadresse ist keine http- oder https-Adresse und wurde nicht übernommen"
            )
    return links


def _instructors(value: object, notes: list[str]) -> tuple[ImportedInstructor, ...]:
    """Who teaches, each person once; entries without a name say nothing."""
    people: dict[tuple[str, str, str], ImportedInstructor] = {}
    for entry in map(mapping, many(value)):
        if last_name := text_of(entry.get("name")):
            person = ImportedInstructor(
                last_name=fitted("instructor.last_name", last_name, notes),
                first_name=fitted("instructor.first_name", text_of(entry.get("vorname")), notes),
                title=fitted("instructor.title", text_of(entry.get("titel")), notes),
                salutation=fitted("instructor.salutation", text_of(entry.get("anrede")), notes),
            )
            people.setdefault(person.key, person)
    return tuple(people.values())


FORMAT = FeedFormat(
    name="berlin",
    label="Berliner Kursdatei (JSON)",
    extensions=(".json",),
    read=read_records,
    parse=parse_record,
    external_id_of=external_id_of,
)
