"""Parts of a record that several formats have alike: days, limits, people, links, who may book."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from kmz.catalog.imports import keywords, places, times
from kmz.catalog.imports.imported import (
    ImportedInstructor,
    ImportedPlace,
    ImportedSession,
    RefusedRecordError,
)
from kmz.catalog.imports.prices import Fee
from kmz.catalog.imports.scalars import count_of, fitted, many, mapping, text_of

_EXTERNAL_ID_LENGTH = 80
# UTF-8 read as Windows-1252 ("KÃ¼che") or a replaced letter: taken as it came, but noted
_GARBLED = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|\ufffd")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)

Sessions = tuple[ImportedSession, ...]


def check_identity(external_id: str, title: str, names: tuple[str, str]) -> None:
    """Refuse what has no key or no title; `names` are what the format calls them."""
    if not external_id:
        raise RefusedRecordError(f"{names[0]} fehlt")
    if len(external_id) > _EXTERNAL_ID_LENGTH:
        raise RefusedRecordError(f"{names[0]} ist länger als {_EXTERNAL_ID_LENGTH} Zeichen")
    if not title:
        raise RefusedRecordError(f"{names[1]} fehlt")


def note_garbled(text: str, notes: list[str]) -> None:
    if _GARBLED.search(text):
        notes.append("Titel oder Text enthält falsch gelesene Zeichen")


def day_of(value: object, what: str) -> date | None:
    text = text_of(value)
    try:
        return times.read_day(text)
    except ValueError as error:
        raise RefusedRecordError(f"{what} „{text[:40]}“ ist kein mögliches Datum") from error


def sessions_of(
    entries: list[dict[str, Any]],
    address_of: Callable[[dict[str, Any], int], dict[str, Any]],
    prose: str,
    notes: list[str],
    names: tuple[str, str, str] = ("beginn_datum", "beginn_uhrzeit", "ende_uhrzeit"),
) -> Sessions:
    """The sessions by day and time; text or room may say that one of them is off.

    `address_of` gives the address of an entry, by itself and its place in the list; `names` are
    what the format calls day, start and end.
    """
    is_off = times.called_off(prose)
    sessions = []
    address, place = None, None
    for index, entry in enumerate(entries):
        day = day_of(entry.get(names[0]), "Termin")
        if day is None:
            raise RefusedRecordError(f"Termin {index + 1} hat kein Datum")
        starts_at, ends_at = times.moments(
            day, text_of(entry.get(names[1])), text_of(entry.get(names[2])), notes
        )
        if address != (here := address_of(entry, index)):
            address, place = here, places.place_of_session(here, notes)
        off = is_off(day) or places.room_says_called_off(here)
        sessions.append(ImportedSession(day, starts_at, ends_at, place, off))
    return tuple(sorted(sessions, key=_by_time))


def _by_time(session: ImportedSession) -> tuple[date, float]:
    return session.day, session.starts_at.timestamp() if session.starts_at else 0.0


def session_at(place: ImportedPlace | None, starts_on: date | None) -> Sessions:
    """A record without sessions: the first day stands for them, so that the place is shown."""
    if place is None or starts_on is None:
        return ()
    return (ImportedSession(starts_on, None, None, place),)


def span_of(
    record: dict[str, Any], names: tuple[str, str], sessions: Sessions, notes: list[str]
) -> tuple[date | None, date | None]:
    """First and last day: those of the sessions, which customers need; the record keeps others."""
    starts_on, ends_on = (day_of(record.get(name), name) for name in names)
    if sessions:
        first, last = sessions[0].day, sessions[-1].day
        if starts_on not in {None, first}:
            notes.append(f"{names[0]} ist nicht der Tag des ersten Termins; es gilt der Termin")
        if ends_on not in {None, last}:
            notes.append(f"{names[1]} ist nicht der Tag des letzten Termins; es gilt der Termin")
        return first, last
    if starts_on and ends_on and ends_on < starts_on:
        notes.append(f"{names[1]} liegt vor {names[0]}; das Ende ist unbekannt")
        ends_on = None
    elif starts_on and ends_on is None:
        notes.append(f"{names[1]} fehlt; als letzter Tag gilt der erste")
    # Only the first day is sure then; without one the course would drop out of every list by days.
    return starts_on, ends_on or starts_on


def limits_of(least: object, most: object, notes: list[str]) -> tuple[int, int]:
    minimum = count_of(least, "Mindestteilnehmerzahl", notes) or 0
    maximum = count_of(most, "Höchstteilnehmerzahl", notes) or 0
    if maximum and minimum > maximum:
        notes.append("Mindestteilnehmerzahl ist größer als die Höchstteilnehmerzahl")
    return minimum, maximum


def channel_of(fee: Fee, maximum: int, prose: str) -> str:
    """Without price or number of seats, or where advice comes first, only the office books."""
    office = fee.cents is None or maximum == 0 or keywords.wants_advice_first(prose)
    return "office" if office else "online"


def links_of(value: object, notes: list[str]) -> list[dict[str, Any]]:
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


def instructors_of(value: object, notes: list[str]) -> tuple[ImportedInstructor, ...]:
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
            if people.setdefault(person.key, person) is not person:
                notes.append("Eine Kursleitung steht zweimal im Eintrag und gilt einmal")
    return tuple(people.values())
