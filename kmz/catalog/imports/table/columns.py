"""Which column of a house's table means which of our fields."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableField:
    """A field of ours: its name on the page and in the template, what houses call it, the columns
    of a course that an import writes where it is known, and an example for the template.
    """

    label: str
    synonyms: tuple[str, ...]
    writes: tuple[str, ...]
    sample: str = ""


_SESSIONS = ("sessions", "starts_on", "ends_on", "semester_id")

FIELDS: dict[str, TableField] = {
    "nummer": TableField(
        "Kursnummer", ("nummer", "knr", "kursnr", "nr", "veranstaltungsnummer"),
        ("number",), "271-4632",
    ),
    "titel": TableField(
        "Titel", ("kurstitel", "name", "bezeichnung", "haupttitel", "kurs"),
        ("title",), "Italienisch A1.1",
    ),
    "untertitel": TableField("Untertitel", ("titelzusatz",), ("subtitle",), "Für Anfänger"),
    "text": TableField(
        "Beschreibung", ("text", "inhalt", "kursbeschreibung", "beschreibungstext", "kursinhalt"),
        ("description_html",), "Wir lernen die ersten Sätze.",
    ),
    "hinweise": TableField(
        "Hinweise", ("hinweis", "zusatzinformation", "bemerkung"), ("notes_html",), "",
    ),
    "termine": TableField(
        "Termine", ("kurstermine", "termin", "kurstage", "einzeltermine"), _SESSIONS,
        "01.03.2027 18:00-19:30; 08.03.2027 18:00-19:30",
    ),
    "datum": TableField(
        "Datum", ("beginn", "beginndatum", "startdatum", "start", "kursbeginn", "tag", "am"),
        _SESSIONS,
    ),
    "von": TableField(
        "Uhrzeit von", ("von", "uhrzeit", "zeit", "beginnuhrzeit", "startzeit", "zeitvon",
                        "beginnuhr"),
        (),
    ),
    "bis": TableField(
        "Uhrzeit bis", ("bis", "endeuhrzeit", "endzeit", "zeitbis", "endeuhr"), (),
    ),
    "enddatum": TableField(
        "Letzter Tag", ("ende", "enddatum", "endedatum", "kursende"), (),
    ),
    "ort": TableField(
        "Ort", ("veranstaltungsort", "gebaeude", "lehrstaette", "kursort", "haus"),
        (), "VHS am Markt",
    ),
    "raum": TableField("Raum", ("raumname", "zimmer"), (), "Raum 12"),
    "strasse": TableField("Straße", ("anschrift", "adresse"), (), "Marktplatz 1"),
    "plz": TableField("PLZ", ("postleitzahl",), (), "12345"),
    "stadt": TableField("Stadt", ("gemeinde", "ortsname", "wohnort"), (), "Musterstadt"),
    "kursleitung": TableField(
        "Kursleitung", ("dozent", "dozentin", "dozenten", "leitung", "referent", "referentin",
                        "kursleiter", "kursleiterin", "dozentinnen", "lehrkraft"),
        ("instructors",), "Mia Muster",
    ),
    "entgelt": TableField(
        "Entgelt", ("gebuehr", "preis", "kursgebuehr", "kosten", "betrag", "gebnorm",
                    "teilnahmeentgelt", "kursentgelt"),
        ("fee_cents",), "84,70",
    ),
    "ermaessigt": TableField(
        "Ermäßigtes Entgelt",
        ("ermaessigt", "ermaessigung", "geberm", "ermaessigtegebuehr", "preisermaessigt",
         "gebuehrermaessigt", "entgeltermaessigt"),
        ("reduced_fee_cents", "concession_allowed"), "47,00",
    ),
    "min": TableField(
        "Mindestteilnehmerzahl", ("min", "tnmin", "mintn", "mindestzahl", "minteilnehmer",
                                  "mindestteilnehmer"),
        ("min_participants",), "6",
    ),
    "max": TableField(
        "Höchstteilnehmerzahl", ("max", "tnmax", "maxtn", "hoechstzahl", "maxteilnehmer", "plaetze",
                                 "hoechstteilnehmer", "teilnehmerzahl"),
        ("max_participants",), "12",
    ),
    "bereichsnummer": TableField(
        "Programmbereich (DVV-Nummer)", ("bereichsnummer", "dvvkategorie", "dvv", "kategoriecode",
                                         "fachgebietsnummer"),
        ("program_area_id",), "4.09",
    ),
    "bereich": TableField(
        "Programmbereich", ("bereich", "fachbereich", "kategorie", "fachgebiet", "themenbereich"),
        ("program_area_id",),
    ),
    "niveau": TableField(
        "Sprachniveau", ("niveau", "level", "stufe", "ger", "niveaustufe", "gerniveau"),
        ("level",), "A1.1",
    ),
    "zielgruppe": TableField("Zielgruppe", ("fuer",), ("target_group",), ""),
    "semester": TableField("Semester", ("kurssemester", "halbjahr"), ("semester_id",), ""),
    "form": TableField(
        "Durchführungsform", ("form", "format", "kursform", "praesenzonline", "unterrichtsform"),
        ("format",), "Präsenz",
    ),
    "einheiten": TableField(
        "Unterrichtseinheiten", ("ue", "ustd", "unterrichtsstunden", "einheiten"),
        ("teaching_units",), "20",
    ),
}  # fmt: skip
# What a course cannot do without.
NEEDED = ("nummer", "titel")


def lacking(fields: Collection[str]) -> list[str]:
    """Labels of what a table must tell and does not."""
    return [FIELDS[field].label for field in NEEDED if field not in fields]


def written_columns(fields: Collection[str]) -> frozenset[str]:
    """What of a course a table with these fields may overwrite."""
    written = {name for field in fields for name in FIELDS[field].writes}
    if {"entgelt", "max"} <= set(fields):
        written.add("booking_channel")  # online only where both are known
    return frozenset(written)


def plain_name(header: str) -> str:
    """A header as it is compared: "Ermäßigte Gebühr (€)" → "ermaessigtegebuehr"."""
    text = header.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", text)


def field_named(text: str) -> str | None:
    """The field that somebody names on the command line, by key or by label."""
    name = plain_name(text)
    return next((key for key, one in FIELDS.items() if name in {key, plain_name(one.label)}), None)


def guess_columns(headers: Sequence[str]) -> dict[str, str]:
    """Fields whose column can be told from the header; our own labels go first."""
    free = {plain_name(header): header for header in reversed(headers)}
    found: dict[str, str] = {}
    for names in (_own_names, _other_names):
        for key, field in FIELDS.items():
            if key in found:
                continue
            match = next((name for name in names(key, field) if name in free), None)
            if match is not None:
                found[key] = free.pop(match)
    return {key: found[key] for key in FIELDS if key in found}


def columns_for(headers: Sequence[str], kept: Mapping[str, str]) -> dict[str, str]:
    """What somebody chose earlier, as far as it fits this file ("" is no column at all); the rest
    is guessed from columns that nobody chose.
    """
    chosen = {key: name for key, name in kept.items() if key in FIELDS and name in ("", *headers)}
    guessed = guess_columns([name for name in headers if name not in chosen.values()])
    found = {key: chosen.get(key, guessed.get(key, "")) for key in FIELDS}
    return {key: name for key, name in found.items() if name}


def named_columns(pairs: Sequence[str], headers: Sequence[str]) -> dict[str, str]:
    """ "Titel=Bezeichnung" as typed on the command line; ValueError says in German what is
    unknown.
    """
    columns = {}
    for pair in pairs:
        field, sign, header = (part.strip() for part in pair.partition("="))
        key = field_named(field)
        if not sign or key is None:
            labels = ", ".join(one.label for one in FIELDS.values())
            raise ValueError(f"„{pair}“: Geschrieben wird Feld=Spalte; Felder sind {labels}.")
        if header and header not in headers:
            raise ValueError(f"Die Spalte „{header}“ gibt es nicht, nur: {', '.join(headers)}.")
        columns[key] = header
    return columns


def _own_names(key: str, field: TableField) -> tuple[str, ...]:
    return plain_name(field.label), key


def _other_names(_key: str, field: TableField) -> tuple[str, ...]:
    return field.synonyms
