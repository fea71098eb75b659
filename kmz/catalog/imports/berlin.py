"""One record of the Berlin course feed (VHS-IT), dialects of 2020 and 2026, as a course of ours.

The 2026 dialect has one address per session (`ortetermine`), participants, instructors and format;
the one of 2020 only `veranstaltungsort`, first and last day. `anzahl_termine` are teaching units.
"""

from typing import Any

from kmz.catalog.imports import keywords, parts, places
from kmz.catalog.imports.feed_format import PROSE_COLUMNS, USUAL_COLUMNS, FeedFormat
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.prices import fee_of
from kmz.catalog.imports.prose import take_material, take_requirements
from kmz.catalog.imports.records import kept, read_records, storable
from kmz.catalog.imports.scalars import count_of, fitted, many, mapping, text_of
from kmz.catalog.imports.texts import FeedText, feed_text
from kmz.catalog.semesters import semester_code

_DESCRIPTION = "Beschreibung"
_DAYS = ("beginn_datum", "ende_datum")


def parse_record(record: object) -> ImportedCourse:
    """Read one entry of the file, made `storable`; RefusedRecordError gives the German reason."""
    if not isinstance(record, dict):
        raise RefusedRecordError("Der Eintrag ist kein Objekt")
    notes: list[str] = []
    external_id, title = external_id_of(record), text_of(record.get("name"))
    parts.check_identity(external_id, title, ("guid", "name"))
    title = fitted("course.title", title, notes)
    subtitle = fitted("course.subtitle", text_of(record.get("untertitel")), notes)
    tags = keywords.tags_of(record.get("schlagwort"))
    description, remarks = _texts(record)
    prose = description.plain + "\n" + remarks.plain
    dated = _sessions(record, prose, notes)
    starts_on, ends_on = parts.span_of(record, _DAYS, dated, notes)
    venue = places.place_of_course(mapping(record.get("veranstaltungsort")), notes)
    sessions = dated or parts.session_at(venue, starts_on)
    fee = fee_of(mapping(record.get("preis")), notes)
    minimum, maximum = parts.limits_of(
        record.get("minimale_teilnehmerzahl"), record.get("maximale_teilnehmerzahl"), notes
    )
    event_type = fitted("course.event_type", text_of(record.get("veranstaltungsart")), notes)
    venue_names = {session.place.name for session in sessions if session.place}
    waiting = keywords.waiting_of(prose)
    parts.note_garbled(title + prose, notes)
    description_html, requirements = take_requirements(description.html)
    notes_html, material = take_material(remarks.html)
    return ImportedCourse(
        external_id=external_id,
        number=fitted("course.number", text_of(record.get("nummer")), notes),
        title=title,
        subtitle=subtitle,
        description_html=description_html,
        notes_html=notes_html,
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
        external_waiting=waiting,
        fee_cents=fee.cents,
        reduced_fee_cents=fee.reduced_cents,
        concession_allowed=fee.concession_allowed,
        fee_note=fitted("course.fee_note", fee.note, notes),
        starts_on=starts_on,
        ends_on=ends_on,
        booking_channel=parts.channel_of(fee, maximum, prose),
        is_cancelled=keywords.says_cancelled(title),
        links=parts.links_of(record.get("webadresse"), notes),
        sessions=sessions,
        instructors=parts.instructors_of(record.get("dozent"), notes),
        record=kept(record),
        material=fitted("course.material", material, notes),
        requirements=fitted("course.requirements", requirements, notes),
        waitlist_open=waiting > 0,
        notes=tuple(dict.fromkeys(notes)),  # when nothing can add to them any more
        **keywords.promises_of(event_type, title, subtitle, *tags),
    )


def external_id_of(record: object) -> str:
    """The guid of an entry, "" where it has none; for messages about entries that were refused."""
    return text_of(storable(record.get("guid"))) if isinstance(record, dict) else ""


def _texts(record: dict[str, Any]) -> tuple[FeedText, FeedText]:
    """The description, and everything else that is prose, in its order."""
    parts: tuple[list[str], list[str]] = ([], [])
    for entry in many(record.get("text")):
        raw = mapping(entry).get("text") if isinstance(entry, dict) else entry
        if isinstance(raw, str):
            is_description = text_of(mapping(entry).get("eigenschaft")) == _DESCRIPTION
            parts[0 if is_description else 1].append(raw)
    return feed_text("\n\n".join(parts[0])), feed_text("\n\n".join(parts[1]))


def _sessions(record: dict[str, Any], prose: str, notes: list[str]) -> parts.Sessions:
    """The sessions by day and time, each with the address at its place in the list.

    Fewer addresses than sessions: the last one holds for the rest.
    """
    both = mapping(record.get("ortetermine"))
    entries = [entry for entry in map(mapping, many(both.get("termin"))) if any(entry.values())]
    addresses = list(map(mapping, many(both.get("adresse"))))
    if len(addresses) > len(entries):
        notes.append("Mehr Orte als Termine; die überzähligen stehen nur im Datensatz")
    return parts.sessions_of(
        entries,
        lambda _, index: addresses[min(index, len(addresses) - 1)] if addresses else {},
        prose,
        notes,
    )


FORMAT = FeedFormat(
    name="berlin",
    label="Berliner Kursdatei (JSON)",
    extensions=(".json",),
    read=read_records,
    parse=parse_record,
    external_id_of=external_id_of,
    reading=2,
    columns=USUAL_COLUMNS | PROSE_COLUMNS,
)
