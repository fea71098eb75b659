"""Handmade records of both Berlin dialects; a test names only what it is about."""

import json
from typing import Any

_TEXTS = [
    {"eigenschaft": "Beschreibung", "text": "Wir sprechen über den Alltag."},
    {"eigenschaft": "Zusatzinformation", "text": None},
]
_LINK = {"typ": "website", "name": "zur Kursbuchung", "uri": "https://vhs.example.org/?id=1"}


def record_2026(**changes: Any) -> dict[str, Any]:
    """A clean record with two sessions on Mondays in September 2026, 18:00 to 19:30."""
    return {
        "guid": "789304",
        "nummer": "Mi402-121H",
        "name": "Englisch A2.1 am Abend",
        "untertitel": None,
        "bezirk": "Mitte",
        "dvv_kategorie": {"@version": "2.0", "#text": "4.06"},
        "veranstaltungsart": "Kurs",
        "minimale_teilnehmerzahl": "6",
        "aktuelle_teilnehmerzahl": "3",
        "maximale_teilnehmerzahl": "12",
        "anzahl_termine": "4",
        "beginn_datum": "2026-09-07",
        "ende_datum": "2026-09-14",
        "zielgruppe": None,
        "schlagwort": ["A2", "SPRACHEN", "Englisch"],
        "text": _TEXTS,
        "anmeldung": {"telefon": "030 0000", "mail": "buero@example.org", "link": None},
        "ansprechperson": {"name": "Muster", "vorname": "Mara", "mail": "mara@example.org"},
        "ortetermine": {
            "adresse": [address(), address()],
            "termin": [session("2026-09-07"), session("2026-09-14")],
        },
        "preis": {"betrag": "84.70", "rabatt_moeglich": "true", "zusatz": "erm. Preis: 47,00 EUR"},
        "dozent": {"anrede": "Frau", "titel": "Dr.", "name": "Beispiel", "vorname": "Ada"},
        "webadresse": _LINK,
    } | changes


def record_2020(**changes: Any) -> dict[str, Any]:
    """A clean record as of 2020: no sessions, participants, instructors, category or district."""
    return {
        "guid": "531327",
        "nummer": "TS507.041F",
        "name": "Englisch A2.1 am Abend",
        "untertitel": "",
        "minimale_teilnehmerzahl": "7",
        "maximale_teilnehmerzahl": "14",
        "anzahl_termine": "40",
        "beginn_datum": "2020-05-11",
        "ende_datum": "2020-05-15",
        "zielgruppe": None,
        "schlagwort": ["A2", "Englisch", "SPRACHEN"],
        "text": _TEXTS,
        "veranstaltungsort": {
            "name": "VHS",
            "adresse": {
                "land": "Deutschland",
                "plz": "10781",
                "ort": "Berlin",
                "strasse": "Musterplatz 5",
            },
            "barrierefrei": "true",
        },
        "preis": {"betrag": "126.20", "rabatt_moeglich": "false", "zusatz": None},
        "webadresse": _LINK,
    } | changes


def address(**changes: Any) -> dict[str, Any]:
    return {
        "lehrstaette": "VHS Mitte",
        "plz": "10115",
        "ort": "Berlin",
        "strasse": "Musterstr. 1",
        "raum": "Raum 1.12",
        "laengengrad": "13.396134",
        "breitengrad": "52.528086",
        "behindertenzugang": "true",
    } | changes


def session(day: str, start: str | None = "18:00", end: str | None = "19:30") -> dict[str, Any]:
    return {
        "wochentag": "Montag",
        "beginn_datum": day,
        "beginn_uhrzeit": start,
        "ende_uhrzeit": end,
    }


def dated(*sessions: dict[str, Any], **place: Any) -> dict[str, Any]:
    """An `ortetermine` in which all sessions share one address."""
    return {"adresse": [address(**place) for _ in sessions], "termin": list(sessions)}


def texts(description: str, notes: str | None = None) -> list[dict[str, Any]]:
    return [
        {"eigenschaft": "Beschreibung", "text": description},
        {"eigenschaft": "Zusatzinformation", "text": notes},
    ]


def price(amount: str | None, note: str | None = None, concession: str = "false") -> dict[str, Any]:
    return {"betrag": amount, "rabatt_moeglich": concession, "zusatz": note}


def feed(*records: Any) -> bytes:
    return json.dumps(
        {"veranstaltungen": {"veranstaltung": list(records)}}, ensure_ascii=False
    ).encode()
