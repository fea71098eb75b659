"""Programmbereiche and Fachgebiete of the DVV as data: code → name and address.

The seven areas are those of the VHS statistics since 2018 (version 2.0); version 1.0 had six, whose
6 ("Grundbildung – Schulabschlüsse") goes into ours. Names of Fachgebiete are read off real courses
where the houses agree and our own elsewhere; a house may rename its rows, an import never does.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AreaData:
    """A row to be: `code` "4" or "4.06", `parent_code` None for a Programmbereich."""

    code: str
    name: str
    slug: str

    @property
    def parent_code(self) -> str | None:
        head, dot, _ = self.code.partition(".")
        return head if dot else None


AREAS: dict[str, AreaData] = {
    area.code: area
    for area in (
        AreaData("1", "Politik – Gesellschaft – Umwelt", "gesellschaft"),
        AreaData("2", "Kultur – Gestalten", "kultur"),
        AreaData("3", "Gesundheit", "gesundheit"),
        AreaData("4", "Sprachen", "sprachen"),
        AreaData(
            "5",
            "Qualifikationen für das Arbeitsleben – IT – Organisation/Management",
            "beruf-und-it",
        ),
        AreaData("6", "Schulabschlüsse – Studienzugang und -begleitung", "schulabschluesse"),
        AreaData("7", "Grundbildung", "grundbildung"),
    )
}
# "0.xx" in Berlin; made only when a course needs it.
ACROSS_AREAS = AreaData("0", "Bereichsübergreifend", "bereichsuebergreifend")

_FIELD_NAMES = {
    "1.01": "Politik und Demokratie", "1.02": "Wirtschaft", "1.03": "Recht und Verbraucherfragen",
    "1.04": "Geschichte und Stadtteilgeschichte", "1.05": "Länder- und Heimatkunde",
    "1.06": "Umwelt und Natur", "1.07": "Psychologie und Kommunikation",
    "1.08": "Eltern und Erziehung", "1.09": "Philosophie und Religion",
    "2.01": "Kulturgeschichte", "2.02": "Literatur und Schreiben", "2.03": "Kunst und Architektur",
    "2.04": "Musik", "2.05": "Darstellende und bildende Kunst", "2.06": "Keramik und Werken",
    "2.07": "Malen, Zeichnen und textiles Gestalten",
    "2.08": "Plastisches Gestalten und Fotografie",
    "2.09": "Tanz", "2.10": "Schmuck und Medien", "2.11": "Fotografie", "2.12": "Film und Video",
    "2.13": "Kunsthandwerk",
    "3.01": "Entspannung: Yoga, Qigong, Taijiquan", "3.02": "Bewegung: Gymnastik, Pilates, Fitness",
    "3.03": "Gesundheitswissen", "3.04": "Vorbeugung und Heilmethoden",
    "3.05": "Ernährung und Kochen",
    "4.01": "Arabisch", "4.02": "Chinesisch", "4.03": "Dänisch",
    "4.04": "Deutsch als Fremd- und Zweitsprache", "4.05": "Deutsch als Muttersprache",
    "4.06": "Englisch", "4.07": "Finnisch", "4.08": "Französisch", "4.09": "Italienisch",
    "4.10": "Japanisch", "4.11": "Latein", "4.12": "Neugriechisch", "4.13": "Hebräisch",
    "4.14": "Niederländisch", "4.15": "Norwegisch", "4.16": "Persisch", "4.17": "Polnisch",
    "4.18": "Portugiesisch", "4.19": "Rumänisch", "4.20": "Russisch", "4.21": "Schwedisch",
    "4.22": "Spanisch", "4.23": "Tschechisch", "4.24": "Türkisch", "4.25": "Weitere Sprachen",
    "4.28": "Gebärdensprache",
    "5.01": "IT-Grundlagen und Office", "5.02": "Büro und Organisation",
    "5.03": "Hardware und Betriebssysteme", "5.04": "Internet und digitale Medien",
    "5.05": "Programmierung und Web", "5.06": "Rechnungswesen", "5.07": "Projektarbeit und Führung",
    "5.08": "Kommunikation im Beruf", "5.09": "Branchenkurse",
    "6.01": "Hauptschulabschluss", "6.02": "Mittlerer Schulabschluss und Abitur",
    "6.03": "Studienzugang", "6.04": "Studienbegleitung",
    "7.00": "Grundbildung allgemein", "7.01": "Lesen und Schreiben", "7.02": "Rechnen",
    "7.03": "Digitale Grundbildung",
}  # fmt: skip

_CODE = re.compile(r"(\d)(?:\.(\d{1,2}))?")
_FOLDED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}


def slug_of(text: str) -> str:
    """Lower-case ASCII words joined by "-", umlauts written out."""
    written_out = "".join(_FOLDED.get(letter, letter) for letter in text.lower())
    ascii_only = unicodedata.normalize("NFKD", written_out).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def area_of(code: str) -> AreaData | None:
    """The Programmbereich or Fachgebiet of a DVV code ("4", "4.06"); None for other texts."""
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    head = AREAS.get(match[1]) or (ACROSS_AREAS if match[1] == ACROSS_AREAS.code else None)
    if head is None or match[2] is None:
        return head
    name = _FIELD_NAMES.get(code)
    if name is None:
        return AreaData(code, f"Weiteres Fachgebiet {code}", slug_of(f"fachgebiet {code}"))
    return AreaData(code, name, slug_of(name))


LANGUAGE_CODES = {name: code for code, name in _FIELD_NAMES.items() if code.startswith("4.")}
FIELDS: dict[str, AreaData] = {
    code: AreaData(code, name, slug_of(name)) for code, name in _FIELD_NAMES.items()
}
