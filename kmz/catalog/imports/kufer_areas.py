"""From the Fachbereiche and categories of a house's KuferSQL to Programmbereiche, by their names.

`fachb` ("A3") is each house's own: never a DVV code. Names that we do not know give no area.
"""

import re
from typing import Any

from kmz.catalog.areas import AREAS, FIELDS, area_of, slug_of
from kmz.catalog.imports.scalars import many, mapping, text_of

_PATH = re.compile(r"\s+[/\\]\s+")
_ROOT = "vhs"
# How houses call the seven areas, beside their names; as `slug_of` writes them.
_WORDS = {
    "1": "politik gesellschaft umwelt geschichte mensch-und-gesellschaft politik-und-gesellschaft "
    "gesellschaft-und-politik gesellschaft-politik-umwelt politik-gesellschaft-und-umwelt "
    "gesellschaft-und-umwelt gesellschaft-und-leben",
    "2": "kultur gestalten kunst kreativitaet kultur-und-gestalten kultur-und-kreativitaet "
    "kunst-und-kultur kultur-kunst-und-kreativitaet",
    "3": "gesundheit ernaehrung bewegung gesundheit-und-ernaehrung gesundheit-und-bewegung "
    "gesundheit-und-fitness gesundheitsbildung",
    "4": "sprachen fremdsprachen sprachen-und-integration sprachen-und-verstaendigung",
    "5": "beruf arbeit it edv computer digitales beruf-und-it arbeit-und-beruf beruf-und-edv "
    "arbeit-beruf beruf-und-karriere it-und-beruf edv-und-beruf berufliche-bildung "
    "beruf-und-digitales digitale-welt arbeit-beruf-edv",
    "6": "schulabschluesse schule studium schulabschluesse-und-studium zweiter-bildungsweg",
    "7": "grundbildung alphabetisierung grundbildung-und-alphabetisierung "
    "alphabetisierung-und-grundbildung",
}
_BY_SLUG = (
    {field.slug: code for code, field in FIELDS.items()}
    | {slug_of(area.name): code for code, area in AREAS.items()}
    | {word: code for code, words in _WORDS.items() for word in words.split()}
    | {"deutsch-als-fremdsprache": "4.04", "deutsch-als-zweitsprache": "4.04",
       "integrationskurse": "4.04", "integrationskurs": "4.04", "yoga": "3.01"}
)  # fmt: skip


def category_names(record: dict[str, Any]) -> list[str]:
    """What the house calls the course's Fachbereich and categories, each once."""
    names = [text_of(record.get("fachbtext"))]
    for category in _categories(record):
        names.append(text_of(category.get("bezeichnung")))
        names += _steps(category)
    wanted = (name for name in names if name and name.casefold() != _ROOT and not area_of(name))
    return list(dict.fromkeys(wanted))


def area_code_of(record: dict[str, Any], notes: list[str]) -> str | None:
    """The most precise area that category, path or Fachbereich name; none is noted."""
    codes = [code for text in _said(record) if (code := _code(text))]
    if not codes:
        if any(_said(record)):
            notes.append("Fachbereich und Kategorien passen zu keinem Programmbereich")
        return None
    return max(codes, key=len)  # of several equally precise ones the first


def _said(record: dict[str, Any]) -> list[str]:
    """Names from the end of the path to its beginning, then the Fachbereich."""
    said: list[str] = []
    for category in _categories(record):
        said += [*reversed(_steps(category)), text_of(category.get("bezeichnung"))]
    return [name for name in (*said, text_of(record.get("fachbtext"))) if name.casefold() != _ROOT]


def _categories(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [mapping(one) for one in many(mapping(record.get("kategorien")).get("kategorie"))]


def _steps(category: dict[str, Any]) -> list[str]:
    return _PATH.split(text_of(category.get("bezeichnungstruktur")))


def _code(name: str) -> str | None:
    return name if name and area_of(name) else _BY_SLUG.get(slug_of(name))
