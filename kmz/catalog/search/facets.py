"""The filters beside the course list: names, labels, order."""

from kmz import dates

AREA, WEEKDAY, DAYTIME, PLACE, MONTH = "bereich", "tag", "zeit", "ort", "monat"
FEE, FORMAT, KIND, TARGET_GROUP, LEVEL = "entgelt", "format", "art", "zielgruppe", "niveau"
FEATURE, SEMESTER, INSTRUCTOR, VENUE = "merkmal", "semester", "kursleitung", "haus"

# Shown in this order. "ort" is a town or district, "haus" a venue by id; the last three are chosen
# by links of their own pages and shown only when chosen.
FACETS = {
    AREA: "Programmbereich",
    WEEKDAY: "Wochentag",
    DAYTIME: "Tageszeit",
    PLACE: "Ort",
    MONTH: "Beginn im",
    FEE: "Entgelt",
    FORMAT: "Format",
    KIND: "Art",
    TARGET_GROUP: "Zielgruppe",
    LEVEL: "Sprachniveau",
    FEATURE: "Besonderheiten",
    SEMESTER: "Semester",
    VENUE: "Haus",
    INSTRUCTOR: "Kursleitung",
}
# Its values narrow each other: whoever wants "stufenlos" and "garantiert" wants both.
ALL_OF = frozenset({FEATURE})

WEEKDAYS = ("mo", "di", "mi", "do", "fr", "sa", "so")
DAYTIMES = {"vormittags": "vormittags", "nachmittags": "nachmittags", "abends": "abends"}
LEVELS = ("a1", "a2", "b1", "b2", "c1", "c2")
FEES = {
    "kostenlos": "kostenlos",
    "bis-25": "bis 25 €",
    "bis-50": "bis 50 €",
    "bis-100": "bis 100 €",
    "ueber-100": "über 100 €",
}
FORMATS = {"praesenz": "Präsenz", "online": "online", "hybrid": "hybrid"}
KINDS = {"kurs": "Kurse", "veranstaltung": "Veranstaltungen"}
NOT_BEGUN = "nicht-begonnen"
FEATURES = {
    NOT_BEGUN: "ohne begonnene Kurse",
    "garantiert": "Durchführungsgarantie",
    "stufenlos": "stufenlos erreichbar",
    "bildungsurlaub": "Bildungsurlaub",
    "ermaessigt": "Ermäßigung möglich",
    "kleingruppe": "Kleingruppe",
}

_WEEKDAY_NAMES = dict(zip(WEEKDAYS, dates.WEEKDAYS, strict=True))
_LABELS: dict[str, dict[str, str]] = {
    WEEKDAY: _WEEKDAY_NAMES,
    DAYTIME: DAYTIMES,
    FEE: FEES,
    FORMAT: FORMATS,
    KIND: KINDS,
    FEATURE: FEATURES,
    LEVEL: {level: level.upper() for level in LEVELS},
}


def fixed_label(name: str, value: str) -> str | None:
    """What a value is called that does not depend on the courses; None for others."""
    return _LABELS.get(name, {}).get(value)
