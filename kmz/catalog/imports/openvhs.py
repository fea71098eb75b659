"""One course of an Open-vhs file (0.9 to 1.2), as a course of ours.

The format in which the houses' systems hand their stock to the vhs-Kursfinder. Its root may stand
in the namespace or not; `dozent` existed up to 1.1. `anzahl_termine` are dates, `dauer` teaching
units. Berlin's `Kurse.xml` has the same words and `ortetermine`, one address per session. Teachers'
contact data and contact persons are not in `_SCHEMA`, so they never come in.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from kmz.catalog.imports import keywords, parts, places
from kmz.catalog.imports.feed_format import PROSE_COLUMNS, USUAL_COLUMNS, FeedFormat
from kmz.catalog.imports.imported import ImportedCourse
from kmz.catalog.imports.prices import fee_of
from kmz.catalog.imports.prose import take_material, take_requirements
from kmz.catalog.imports.records import storable
from kmz.catalog.imports.scalars import count_of, fitted, many, mapping, text_of, truth_of
from kmz.catalog.imports.texts import feed_text
from kmz.catalog.imports.xml_records import TEXT, Schema, read_xml
from kmz.catalog.semesters import semester_code

_DAYS = ("beginn_datum", "ende_datum")
_SESSION: Schema = dict.fromkeys(
    ("wochentag", "beginn_datum", "beginn_uhrzeit", "ende_uhrzeit"), TEXT
)
_SCHEMA: Schema = {
    **dict.fromkeys(
        (
            "guid", "nummer", "name", "untertitel", "veranstaltungsart", "bezirk", "level",
            "minimale_teilnehmerzahl", "aktuelle_teilnehmerzahl", "maximale_teilnehmerzahl",
            "anzahl_termine", *_DAYS, "dauer", "wochentag", "zielgruppe", "schlagwort",
        ),
        TEXT,
    ),
    "dvv_kategorie": ("version",),
    "merkmale": {"merkmal": {"name": TEXT, "wert": TEXT}},
    "zertifikat": {"name": TEXT, "text": TEXT},
    "text": {"eigenschaft": TEXT, "text": TEXT},
    "veranstaltungsort": {
        "name": TEXT, "raum": TEXT, "barrierefrei": TEXT,
        "adresse": dict.fromkeys(("land", "plz", "ort", "ortsteil", "strasse"), TEXT),
    },
    "termin": _SESSION,
    "ortetermine": {
        "termin": _SESSION,
        "adresse": dict.fromkeys(
            (
                "lehrstaette", "plz", "ort", "strasse", "raum", "laengengrad", "breitengrad",
                "behindertenzugang",
            ),
            TEXT,
        ),
    },
    "preis": {"betrag": TEXT, "rabatt_moeglich": TEXT, "zusatz": TEXT},
    "webadresse": {"typ": TEXT, "name": TEXT, "uri": TEXT},
    "dozent": dict.fromkeys(("anrede", "titel", "name", "vorname"), TEXT),
}  # fmt: skip
# Free keys of `merkmale` that readers and the search may know, in words.
_FEATURES = {
    "langsames_lerntempo": "Langsames Lerntempo", "vhscloud_kurs": "vhs.cloud",
    "barrierefreies_lernen": "Barrierefreies Lernen", "abschlussbezogen": "Abschlussbezogen",
    "mit_onlinepruefung": "Mit Online-Prüfung", "anmeldung_kostenlos": "Anmeldung kostenlos",
}  # fmt: skip
_LEAVE = {"bildungsurlaub", "bildungszeit"}
_MATERIAL = re.compile(r"material\w*|mitbringen|mitzubringen\w*|bitte mitbringen", re.IGNORECASE)
_REQUIREMENTS = re.compile(r"\w*voraussetzung\w*|vorkenntnisse", re.IGNORECASE)
_DESCRIPTION = re.compile(r"beschreibung|kursbeschreibung|inhalt\w*", re.IGNORECASE)


def read_records(data: bytes) -> Iterator[dict[str, Any]]:
    return read_xml(data, root="veranstaltungen", entry="veranstaltung", schema=_SCHEMA)


def external_id_of(record: object) -> str:
    return text_of(storable(record.get("guid"))) if isinstance(record, dict) else ""


def parse_record(record: dict[str, Any]) -> ImportedCourse:
    """Read one course; RefusedRecordError gives the German reason."""
    notes: list[str] = []
    external_id, title = external_id_of(record), _first(record, "name")
    parts.check_identity(external_id, title, ("guid", "name"))
    title = fitted("course.title", title, notes)
    subtitle = fitted("course.subtitle", _joined(record, "untertitel", " – "), notes)
    features = _features(record)
    tags = keywords.tags_of(record.get("schlagwort"))
    texts = _Texts(record)
    sessions = _sessions(record, texts.prose, notes)
    starts_on, ends_on = parts.span_of(record, _DAYS, sessions, notes)
    sessions = sessions or _first_session(record, starts_on, notes)
    fee = fee_of(
        mapping(record.get("preis")) | {"zusatz": _joined(mapping(record.get("preis")), "zusatz")},
        notes,
    )
    minimum, maximum = parts.limits_of(
        record.get("minimale_teilnehmerzahl"), record.get("maximale_teilnehmerzahl"), notes
    )
    event_type = fitted("course.event_type", _first(record, "veranstaltungsart"), notes)
    waiting = keywords.waiting_of(texts.prose)
    promises = keywords.promises_of(event_type, title, subtitle, *tags)
    promises["educational_leave"] |= any(map(features.get, _LEAVE))
    venue_names = {session.place.name for session in sessions if session.place}
    parts.note_garbled(title + texts.prose, notes)
    return ImportedCourse(
        external_id=external_id,
        number=fitted("course.number", _first(record, "nummer"), notes),
        title=title,
        subtitle=subtitle,
        description_html=texts.description_html,
        notes_html=texts.notes_html + _certificates(record),
        search_words=texts.search_words,
        tags=list(dict.fromkeys([*tags, *(_FEATURES[n] for n in _FEATURES if features.get(n))])),
        program_area_code=keywords.area_code_of(record, tags, notes),
        semester_code=semester_code(starts_on) if starts_on else None,
        district=fitted("course.district", _first(record, "bezirk"), notes),
        format=keywords.format_of(record.get("merkmale"), tags, venue_names),
        event_type=event_type,
        kind=keywords.kind_of(event_type),
        level=fitted("course.level", _level(record, title, tags), notes),
        target_group=fitted("course.target_group", _joined(record, "zielgruppe"), notes),
        teaching_units=_units(record, notes),
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
        booking_channel=parts.channel_of(fee, maximum, texts.prose),
        is_cancelled=keywords.says_cancelled(title),
        links=parts.links_of(record.get("webadresse"), notes),
        sessions=sessions,
        instructors=parts.instructors_of(record.get("dozent"), notes),
        record=record,
        material=fitted("course.material", texts.material, notes),
        requirements=fitted("course.requirements", texts.requirements, notes),
        waitlist_open=waiting > 0,
        notes=tuple(dict.fromkeys(notes)),  # when nothing can add to them any more
        **promises,
    )


class _Texts:
    """The texts of a course by their meaning; the first one without another is the description."""

    def __init__(self, record: dict[str, Any]) -> None:
        entries = [
            (text_of(entry.get("eigenschaft")), raw)
            for entry in map(mapping, many(record.get("text")))
            if isinstance(raw := entry.get("text"), str) and raw.strip()
        ]
        own = {"material": _MATERIAL, "requirements": _REQUIREMENTS}
        kinds = [
            next((kind for kind, words in own.items() if words.fullmatch(name)), "")
            for name, _ in entries
        ]
        first = _description_at([name for name, _ in entries], kinds)
        for index, kind in enumerate(kinds):
            kinds[index] = kind or ("description" if index == first else "notes")
        read = {
            kind: feed_text("\n\n".join(raw for (_, raw), of in zip(entries, kinds, strict=True)
                                        if of == kind))
            for kind in ("description", "notes", "material", "requirements")
        }  # fmt: skip
        self.prose = "\n".join(text.plain for text in read.values())
        self.search_words = " ".join(filter(None, (text.search_words for text in read.values())))
        self.description_html, required = take_requirements(read["description"].html)
        self.notes_html, material = take_material(read["notes"].html)
        self.material = _one_line(read["material"].plain, material)
        self.requirements = _one_line(read["requirements"].plain, required)


def _one_line(*texts: str) -> str:
    return text_of(" ".join(filter(None, texts)))


def _description_at(names: list[str], kinds: list[str]) -> int:
    """Which text is the description: the one that says so, else the first without other meaning."""
    said = (index for index, name in enumerate(names) if _DESCRIPTION.fullmatch(name))
    free = (index for index, kind in enumerate(kinds) if not kind)
    return next(said, next(free, -1))


def _first(record: dict[str, Any], name: str) -> str:
    """A scalar; of repeated ones the first that says something."""
    return next(filter(None, map(text_of, many(record.get(name)))), "")


def _joined(record: dict[str, Any], name: str, between: str = "; ") -> str:
    return between.join(dict.fromkeys(filter(None, map(text_of, many(record.get(name))))))


def _features(record: dict[str, Any]) -> dict[str, bool]:
    entries = map(mapping, many(mapping(record.get("merkmale")).get("merkmal")))
    return {
        text_of(entry.get("name")).casefold(): truth_of(entry.get("wert")) is True
        for entry in entries
    }


def _level(record: dict[str, Any], title: str, tags: list[str]) -> str:
    return _first(record, "level") or keywords.level_of(title, tags)


def _units(record: dict[str, Any], notes: list[str]) -> int | None:
    """`dauer` in teaching units, which may have decimals; half of one counts as one more."""
    text = _first(record, "dauer").replace(",", ".")
    match = re.fullmatch(r"(\d{1,6})(?:\.(\d+))?", text)
    if match is None:
        return count_of(text, "Dauer", notes)
    return int(match[1]) + int((match[2] or "0")[0] >= "5")


def _sessions(record: dict[str, Any], prose: str, notes: list[str]) -> parts.Sessions:
    both = mapping(record.get("ortetermine"))
    entries = [*many(record.get("termin")), *many(both.get("termin"))]
    dated = [entry for entry in map(mapping, entries) if any(map(text_of, entry.values()))]
    addresses = [mapping(one) for one in many(both.get("adresse"))] or [_venue(record)]
    stated = count_of(record.get("anzahl_termine"), "Zahl der Termine", notes)
    if dated and not both and stated not in {None, len(dated)}:
        notes.append("anzahl_termine ist nicht die Zahl der Termine")
    return parts.sessions_of(
        dated, lambda _, index: addresses[min(index, len(addresses) - 1)], prose, notes
    )


def _venue(record: dict[str, Any]) -> dict[str, Any]:
    """The veranstaltungsort in the words of an address."""
    venue = mapping(next(iter(many(record.get("veranstaltungsort"))), None))
    return mapping(venue.get("adresse")) | {
        "lehrstaette": venue.get("name"),
        "raum": venue.get("raum"),
        "behindertenzugang": venue.get("barrierefrei"),
    }


def _first_session(record: dict[str, Any], starts_on: Any, notes: list[str]) -> parts.Sessions:
    sessions = parts.session_at(places.place_of_session(_venue(record), notes), starts_on)
    if sessions:
        notes.append("Die Datei nennt keine Termine; der erste Tag steht für sie")
    return sessions


def _certificates(record: dict[str, Any]) -> str:
    lines = []
    for entry in map(mapping, many(record.get("zertifikat"))):
        said = ": ".join(filter(None, (text_of(entry.get("name")), text_of(entry.get("text")))))
        lines += [f"<p>Zertifikat: {escape(said, quote=False)}</p>"] if said else []
    return "".join(lines)


FORMAT = FeedFormat(
    name="openvhs",
    label="Open-vhs (XML)",
    extensions=(".xml",),
    read=read_records,
    parse=parse_record,
    external_id_of=external_id_of,
    columns=USUAL_COLUMNS | PROSE_COLUMNS,
)
