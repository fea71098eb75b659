"""What Berlin hides in titles and keywords: level, format, area, cancellation."""

import re
import unicodedata
from typing import Any, TypedDict

from kmz.catalog.areas import LANGUAGE_CODES, area_of
from kmz.catalog.imports.scalars import many, mapping, text_of

# GER spellings seen: A1.1, A1/A2, B1+, C1/C2, A1.0a, A2.5, A1.1-A1.4, A1.3-4
_STEP = r"[ABC][12](?:\.\d{1,2}[a-z]?)?\+?"
_LEVEL = re.compile(
    rf"(?<![\w.])(?<!DIN )(?<!Raum )(?<!Haus )(?<!Klasse ){_STEP}(?:\s?[-–/·]\s?{_STEP}|-\d)*"
    r"(?![A-Za-z0-9]|\.\d)"
)
_TAG_LEVEL = re.compile(_STEP)
_TWO = 2

_DIGITAL = {"online_angebot": "online", "selbstlernangebot": "online", "blended_learning": "hybrid"}
_HYBRID_TAGS = {"blended learning", "hybrid", "hybridkurs"}
_ONLINE_TAGS = {"online", "onlinekurs", "online-kurs", "online-seminar", "webinar"}

# Letters may be damaged by wrong decoding ("fÃ¤llt"), the claim is still the same.
_AE = r"(?:ä|ae|Ã¤|Ã„)"
_OFF = rf"(?:abgesagt|entf{_AE}llt|f{_AE}llt\s+aus)"
_CANCELLED = re.compile(rf"\W*{_OFF}\b|.*[-–:(!]\s*{_OFF}[\s!.)]*\Z", re.IGNORECASE | re.DOTALL)

_EVENT = re.compile(r"einzelveranstaltung|vortrag|führung|exkursion", re.IGNORECASE)
_WAITING = re.compile(r"\bWarteliste:?\s+(\d{1,4})\b", re.IGNORECASE)
_ADVICE_FIRST = re.compile(
    r"\bnur\s+(?:mit|nach)\s+(?:\w+\s+){0,3}?\w*beratung\b|"
    r"\bberatung vor der anmeldung ist erforderlich",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"(?<!kein )(?<!keine )(?<!nicht als )\bBildungs(?:urlaub|zeit|freistellung)", re.IGNORECASE
)
_SMALL_GROUP = re.compile(r"\bKleingruppe", re.IGNORECASE)
_GUARANTEED = re.compile(
    r"\bDurchführungsgarantie|\bgarantierte Durchführung|\bfindet garantiert statt", re.IGNORECASE
)

_AREA_TAGS = {
    "POLITIK-GESELLSCHAFT-UMWELT": "1", "KULTUR": "2", "GESUNDHEIT": "3", "SPRACHEN": "4",
    "ARBEIT-BERUF-EDV": "5", "SCHULE": "6", "SCHULABSCHLÜSSE": "6", "GRUNDBILDUNG": "7",
}  # fmt: skip
# Second choice, for records that name no area.
_HINT_TAGS = {
    "DEUTSCH FREMDSPRACHE": "4", "SPRACHTEST": "4", "EDV": "5", "BERUF": "5",
    "SCHLÜSSELQUALIFIKATIONEN": "5", "RECHNUNGSWESEN": "5", "WEBSEITENGESTALTUNG": "5",
    "ENTSPANNUNG": "3", "GYMNASTIK": "3", "ERNÄHRUNG": "3", "MALEN": "2", "ZEICHNEN": "2",
    "FOTO": "2", "TANZ": "2", "THEATER": "2", "MUSIK": "2", "SCHREIBEN": "2",
    "POLITIK": "1", "GESCHICHTE": "1",
    "UMWELT": "1", "PSYCHOLOGIE": "1", "EHRENAMT": "1", "ELTERNAKADEMIE": "1",
    "TEXTVERARBEITUNG": "5", "TABELLENKALKULATION": "5", "DATENBANKVERWALTUNG": "5", "FILM": "2",
    "KOCHEN": "3", "PILATES": "3", "ALPHABETISIERUNG": "7",
}  # fmt: skip
_LANGUAGE_TAGS = {"Deutsch Fremdsprache": "4.04"} | LANGUAGE_CODES


def tags_of(value: object) -> list[str]:
    """The keywords: a list, a single string, or missing; each once, in their order."""
    return list(dict.fromkeys(tag for tag in map(text_of, many(value)) if tag))


def level_of(title: str, tags: list[str]) -> str:
    """The GER level as the title spells it, else from the keywords ("A2/B1", "A1-B2"), else ""."""
    if match := _LEVEL.search(title):
        return re.sub(r"\s", "", match[0]).replace("–", "-").replace("·", "/")
    levels = sorted({tag for tag in tags if _TAG_LEVEL.fullmatch(tag)})
    return "/".join(levels) if len(levels) <= _TWO else f"{levels[0]}-{levels[-1]}"


def format_of(features: object, tags: list[str], venue_names: set[str]) -> str:
    """ "online", "hybrid" or "onsite": from kursart_digital, else keywords, else the venue."""
    for feature in map(mapping, many(mapping(features).get("merkmal"))):
        if text_of(feature.get("name")) == "kursart_digital":
            stated = _DIGITAL.get(text_of(feature.get("wert")))
            if stated:
                return stated
    words = {tag.casefold() for tag in tags}
    if words & _HYBRID_TAGS:
        return "hybrid"
    only_online = {name.casefold() for name in venue_names} == {"online"}
    return "online" if words & _ONLINE_TAGS or only_online else "onsite"


def area_code_of(record: dict[str, Any], tags: list[str], notes: list[str]) -> str | None:
    """The DVV code. An empty one stays empty; only feeds without the field are read by keyword."""
    if "dvv_kategorie" not in record:
        return _area_by_tags(tags)
    category = record["dvv_kategorie"]
    code = text_of(mapping(category).get("#text") if isinstance(category, dict) else category)
    if code and area_of(code) is None:
        notes.append("Kategorie ist kein DVV-Code, der Kurs hat keinen Programmbereich")
        return None
    return code or None


def says_cancelled(title: str) -> bool:
    """Whether the title calls the course off: "ABGESAGT: …", "ENTFÄLLT! …", "fällt aus - …"."""
    return _CANCELLED.match(unicodedata.normalize("NFC", title)) is not None


def kind_of(event_type: str) -> str:
    return "event" if _EVENT.search(event_type) else "course"


def waiting_of(text: str) -> int:
    """People on a waiting list elsewhere: "Warteliste: 3 Personen"."""
    match = _WAITING.search(text)
    return int(match[1]) if match else 0


def wants_advice_first(text: str) -> bool:
    """Whether the text lets people in only after advice by the house."""
    return _ADVICE_FIRST.search(text) is not None


class Promises(TypedDict):
    """Columns of a course, as `promises_of` fills them."""

    educational_leave: bool
    small_group: bool
    guaranteed: bool


def promises_of(*texts: str) -> Promises:
    """What kind, title, subtitle and keywords promise of a course."""
    said = " | ".join(texts)
    return Promises(
        educational_leave=_LEAVE.search(said) is not None,
        small_group=_SMALL_GROUP.search(said) is not None,
        guaranteed=_GUARANTEED.search(said) is not None,
    )


def _area_by_tags(tags: list[str]) -> str | None:
    upper = [tag.upper() for tag in tags]
    code = next((_AREA_TAGS[tag] for tag in upper if tag in _AREA_TAGS), None)
    code = code or next((_HINT_TAGS[tag] for tag in upper if tag in _HINT_TAGS), None)
    languages = {_LANGUAGE_TAGS[tag] for tag in tags if tag in _LANGUAGE_TAGS}
    if code in {"4", None} and languages:
        return languages.pop() if len(languages) == 1 else "4"
    return code
