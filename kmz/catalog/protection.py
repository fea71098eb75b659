"""What the office changed in an imported course, and no import overwrites."""

from collections.abc import Collection, Iterable

# What an import could overwrite, by column (or list), with the name that staff know. First and last
# day are no entries of their own: they follow from the sessions.
FIELD_NAMES = {
    "number": "Kursnummer",
    "kind": "Art",
    "title": "Titel",
    "subtitle": "Untertitel",
    "description_html": "Beschreibung",
    "notes_html": "Hinweise",
    "search_words": "Suchworte",
    "tags": "Schlagworte",
    "program_area_id": "Programmbereich",
    "semester_id": "Semester",
    "district": "Bezirk",
    "format": "Durchführungsform",
    "event_type": "Veranstaltungsart",
    "level": "Sprachniveau",
    "target_group": "Zielgruppe",
    "teaching_units": "Unterrichtseinheiten",
    "instructors": "Kursleitung",
    "sessions": "Termine und Räume",
    "min_participants": "Mindestteilnehmerzahl",
    "max_participants": "Höchstteilnehmerzahl",
    "external_participants": "anderswo Angemeldete",
    "external_waiting": "Warteliste anderswo",
    "min_age": "Mindestalter",
    "max_age": "Höchstalter",
    "fee_cents": "Entgelt",
    "reduced_fee_cents": "ermäßigtes Entgelt",
    "concession_allowed": "Ermäßigung möglich",
    "fee_note": "Zusatz zum Entgelt",
    "material": "Material",
    "requirements": "Voraussetzungen",
    "booking_channel": "Anmeldung nur über die Verwaltung",
    "booking_opens_at": "Beginn der Anmeldung",
    "booking_closes_at": "Anmeldeschluss",
    "late_entry": "Einstieg nach Kursbeginn",
    "waitlist_open": "Warteliste",
    "guaranteed": "Durchführungsgarantie",
    "small_group": "Kleingruppe",
    "educational_leave": "Bildungsurlaub",
    "links": "Links",
}


def protected_after(protected: Collection[str], changed: Collection[str]) -> list[str]:
    """The protected fields once these have changed, in the order of their names above."""
    return [name for name in FIELD_NAMES if name in protected or name in changed]


def names_of(protected: Iterable[str]) -> dict[str, str]:
    """German names by field, for pages."""
    return {name: FIELD_NAMES.get(name, name) for name in protected}
