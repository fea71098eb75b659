"""A course file as VHS-IT writes it, invented, the same in every run."""

import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import vocabulary

_FIRST = date(2027, 1, 4)
_STREETS = ("Hafenweg", "Marktplatz", "Lindenallee", "Bahnhofstraße", "Am Anger")


def write_feed(path: Path, count: int) -> Path:
    """`count` courses with ten sessions each, about 4 kB a course."""
    random = Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"veranstaltungen":{"veranstaltung":[')
        for number in range(count):
            file.write("," if number else "")
            json.dump(_record(random, number), file, ensure_ascii=False)
        file.write("]}}")
    return path


def _record(random: Random, number: int) -> dict[str, Any]:
    code, subjects = random.choice(list(vocabulary.SUBJECTS.items()))
    name = f"{random.choice(subjects)} {random.choice(vocabulary.FORMS)}"
    first = _FIRST + timedelta(days=random.randrange(300))
    days = [str(first + timedelta(weeks=week)) for week in range(10)]
    place = _address(random)
    prose = "\n".join(random.choice(vocabulary.SENTENCES) for _ in range(12))
    fee = f"{random.randrange(20, 300)}.50"
    return {
        "guid": str(500_000 + number),
        "nummer": f"B{number:05d}",
        "name": name,
        "untertitel": None,
        "bezirk": "Mitte",
        "dvv_kategorie": {"@version": "2.0", "#text": code},
        "veranstaltungsart": "Kurs",
        "minimale_teilnehmerzahl": "6",
        "aktuelle_teilnehmerzahl": str(random.randrange(12)),
        "maximale_teilnehmerzahl": "14",
        "anzahl_termine": "20",
        "beginn_datum": days[0],
        "ende_datum": days[-1],
        "zielgruppe": None,
        "schlagwort": [random.choice(vocabulary.TAGS), "Abendkurs"],
        "text": [
            {"eigenschaft": "Beschreibung", "text": f"<p>{prose}</p>"},
            {"eigenschaft": "Zusatzinformation", "text": "Bitte bequeme Kleidung mitbringen."},
        ],
        "ortetermine": {
            "adresse": [place for _ in days],
            "termin": [
                {"beginn_datum": day, "beginn_uhrzeit": "18:00", "ende_uhrzeit": "19:30"}
                for day in days
            ],
        },
        "preis": {"betrag": fee, "rabatt_moeglich": "true", "zusatz": "erm. Preis: 12,00 EUR"},
        "dozent": {"vorname": "Mia", "name": f"Muster{random.randrange(900)}"},
        "webadresse": {"typ": "website", "name": "Kurs", "uri": "https://vhs.example.org/"},
    }


def _address(random: Random) -> dict[str, str]:
    street = f"{random.choice(_STREETS)} {random.randrange(1, 60)}"
    return {
        "lehrstaette": f"VHS {street}",
        "plz": "12345",
        "ort": "Musterstadt",
        "strasse": street,
        "raum": f"Raum {random.randrange(1, 30)}",
        "laengengrad": "13.396134",
        "breitengrad": "52.528086",
        "behindertenzugang": "true",
    }
