"""One invented course, written down in each of the four formats as its house would write it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_DAY_PARTS = 3


@dataclass(frozen=True)
class Address:
    name: str = "VHS Mitte"
    postal_code: str | None = "10115"
    city: str = "Berlin"
    street: str | None = "Musterstr. 1"
    room: str | None = "Raum 1.12"


@dataclass(frozen=True)
class Written:
    """What stands in the file, letter by letter; days as ISO, amounts with a point."""

    key: str = "789304"
    number: str = "Mi402-121H"
    title: str = "Englisch A2.1 am Abend"
    subtitle: str | None = None
    text: str = "Wir sprechen über den Alltag."
    notes: str | None = None
    tags: Any = field(default_factory=lambda: ["A2", "SPRACHEN", "Englisch"])
    category: Any = field(default_factory=lambda: {"@version": "2.0", "#text": "4.06"})
    kind: str | None = "Kurs"
    least: str = "6"
    now: str | None = "3"
    most: str = "12"
    waiting: str = "0"
    first: str = "2026-09-07"
    last: str | None = "2026-09-14"
    days: tuple[str, ...] = ("2026-09-07", "2026-09-14")
    hours: tuple[str | None, str | None] = ("18:00", "19:30")
    places: tuple[Address, ...] = (Address(), Address())
    teachers: Any = field(default_factory=lambda: [person("Dr.", "Ada", "Beispiel")])
    amount: str | None = "84.70"
    price_note: str | None = "erm. Preis: 47,00 EUR"
    reduced: str | None = "47,00"
    concession: str = "true"
    links: Any = field(default_factory=lambda: link("https://vhs.example.org/?id=1"))
    semester: str = "262"
    off: str | None = None

    def but(self, **changes: Any) -> "Written":
        return replace(self, **changes)


def person(title: str | None, first_name: str | None, name: str | None) -> dict[str, str | None]:
    return {"anrede": "Frau", "titel": title, "name": name, "vorname": first_name}


def link(address: str) -> dict[str, str]:
    return {"typ": "website", "name": "zur Kursbuchung", "uri": address}


def berlin(course: Written) -> dict[str, Any]:
    record = berlin2020(course) | {
        "bezirk": "Mitte",
        "veranstaltungsart": course.kind,
        "aktuelle_teilnehmerzahl": course.now or "-1",
        "ansprechperson": {"name": "Geheim", "telefon": "030 1234567"},
        "ortetermine": None,
        "dozent": course.teachers,
    }
    if course.days:
        record["ortetermine"] = {
            "adresse": _one_or_many([_berlin_address(one) for one in course.places]),
            "termin": _one_or_many([
                {"beginn_datum": day, "beginn_uhrzeit": course.hours[0],
                 "ende_uhrzeit": course.hours[1]} for day in course.days
            ]),
        }  # fmt: skip
    del record["veranstaltungsort"]
    return _without_missing(record)


def berlin2020(course: Written) -> dict[str, Any]:
    place = course.places[0]
    return _without_missing({
        "guid": course.key,
        "nummer": course.number,
        "name": course.title,
        "untertitel": course.subtitle,
        "dvv_kategorie": course.category,
        "minimale_teilnehmerzahl": course.least,
        "maximale_teilnehmerzahl": course.most,
        "anzahl_termine": "4",
        "beginn_datum": course.first,
        "ende_datum": course.last,
        "zielgruppe": None,
        "schlagwort": course.tags,
        "text": [
            {"eigenschaft": "Beschreibung", "text": course.text},
            {"eigenschaft": "Zusatzinformation", "text": course.notes},
        ],
        "veranstaltungsort": {
            "name": place.name,
            "adresse": {"land": "Deutschland", "plz": place.postal_code, "ort": place.city,
                        "strasse": place.street},
            "barrierefrei": "true",
        },
        "preis": {"betrag": course.amount, "rabatt_moeglich": course.concession,
                  "zusatz": course.price_note},
        "webadresse": course.links,
    })  # fmt: skip


def openvhs(course: Written) -> dict[str, Any]:
    record = berlin2020(course)
    price = None if course.amount is None else record["preis"]
    return _without_missing({
        **{name: record.get(name, MISSING) for name in ("guid", "nummer", "name", "untertitel")},
        "dvv_kategorie": record.get("dvv_kategorie") or {"@version": "2.0", "#text": ""},
        "minimale_teilnehmerzahl": course.least,
        "aktuelle_teilnehmerzahl": course.now or MISSING,
        "maximale_teilnehmerzahl": course.most,
        "anzahl_termine": str(len(course.days)),
        "beginn_datum": course.first,
        "dauer": "4.0",
        "ende_datum": course.last or MISSING,
        "schlagwort": record.get("schlagwort", MISSING),
        "dozent": course.teachers,
        "text": [{"eigenschaft": "text", "text": text} for text in (course.text, course.notes)
                 if text],
        "veranstaltungsort": record["veranstaltungsort"],
        "termin": [
            {"beginn_datum": day, "beginn_uhrzeit": course.hours[0] or MISSING,
             "ende_uhrzeit": course.hours[1] or MISSING} for day in course.days
        ],
        "preis": price or MISSING,
        "webadresse": course.links,
    })  # fmt: skip


def kufer(course: Written) -> dict[str, Any]:
    place = course.places[0]
    amount = course.amount or ""
    teachers = course.teachers if isinstance(course.teachers, list) else []
    return {
        "knr": course.number,
        "semester": course.semester,
        "fachb": "D06",
        "fachbtext": "Sprachen" if course.category else None,
        "haupttitel": course.title,
        "titellang": course.subtitle,
        "inhalt": course.text,
        "web_info": None,
        "material": course.notes,
        **_kufer_place("", place),
        "aussenstelle": "Mitte",
        "beginndat": _german(course.first),
        "endedat": _german(course.last),
        "beginnuhr": course.hours[0],
        "endeuhr": course.hours[1],
        "dauer": str(len(course.days)),
        "termine": {"termin": [
            {"tag": _german(day), "zeitvon": course.hours[0], "zeitbis": course.hours[1],
             **(_kufer_place("termin_", course.places[index]) if index < len(course.places)
                else {})}
            for index, day in enumerate(course.days)
        ]},
        "dozenten": {"dozent": [
            {"dnr": "4711", "telefon_privat": "030 7654321", "email": "privat@example.org",
             "geschlecht": "W", "doz_internet": "W", **one} for one in teachers
        ]},
        "gebnorm": amount if "," in amount else amount.replace(".", ","),
        "geberm": course.reduced,
        "gebuehrergaenztext": None if course.amount else course.price_note,
        "tnmin": course.least,
        "tnmax": course.most,
        "tnanmeldungen": course.now,
        "tnwarteliste": course.waiting,
        "keinewebanmeldung": "F",
        "internetaktiv": "W",
        "kategorien": {"kategorie": {
            "bezeichnung": "Sprachen", "bezeichnungstruktur": "VHS / Sprachen / Englisch"}}
        if course.category else None,
        "ausfall": course.off or MISSING,
    }  # fmt: skip


MISSING = object()
WRITERS: dict[str, Callable[[Written], dict[str, Any]]] = {
    "berlin": berlin,
    "berlin2020": berlin2020,
    "openvhs": openvhs,
    "kufer": kufer,
}
_XML = {
    "openvhs": ('<v:veranstaltungen xmlns:v="http://www.dvv-vhs.de/Open-VHS" version="1.2">',
                "veranstaltung", "</v:veranstaltungen>"),
    "kufer": ("<kurse>", "kurs", "</kurse>"),
}  # fmt: skip


def file_of(feed: str, *records: dict[str, Any]) -> bytes:
    """The whole file: Kufer's in Windows-1252, the others in UTF-8."""
    if feed.startswith("berlin"):
        root = {"veranstaltungen": {"veranstaltung": list(records)}}
        return json.dumps(root, ensure_ascii=False).encode()
    start, entry, end = _XML[feed]
    encoding = "windows-1252" if feed == "kufer" else "UTF-8"
    body = "".join(_element(entry, record) for record in records)
    text = f'<?xml version="1.0" encoding="{encoding}"?>{start}{body}{end}'
    return text.encode(encoding, "xmlcharrefreplace")


def _element(name: str, value: Any) -> str:
    if value is MISSING:
        return ""
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    attributes = ""
    if isinstance(value, dict):
        attributes = "".join(
            f" {key[1:]}={quoteattr(text)}" for key, text in value.items() if key[0] == "@"
        )
        plain = {key: one for key, one in value.items() if key[0] not in "@#"}
        inner = escape(value.get("#text") or "") + "".join(map(_element, plain, plain.values()))
    else:
        inner = escape(value or "")
    return f"<{name}{attributes}>{inner}</{name}>"


def _berlin_address(place: Address) -> dict[str, Any]:
    return {
        "lehrstaette": place.name, "plz": place.postal_code, "ort": place.city,
        "strasse": place.street, "raum": place.room, "behindertenzugang": "true",
    }  # fmt: skip


def _kufer_place(prefix: str, place: Address) -> dict[str, Any]:
    return {
        f"{prefix}ortgebaeude": place.name, f"{prefix}ortplz": place.postal_code,
        f"{prefix}ortname": place.city, f"{prefix}ortstr": place.street,
        f"{prefix}ortraumname": place.room,
    }  # fmt: skip


def _german(day: str | None) -> str | None:
    parts = day.split("-") if day else []
    return ".".join(reversed(parts)) if len(parts) == _DAY_PARTS else day


def _one_or_many(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _without_missing(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not MISSING}
