"""The address of a course list: what it asks for, and the addresses around it."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from kmz.catalog.search.criteria import MAX_PAGE, SORTS, Criteria
from kmz.web.forms import clean

_MAX_WORDS, _MAX_AREAS, _MAX_SLUG, _MAX_PAGE_DIGITS = 200, 20, 60, 4


def read_criteria(arguments: MultiDict[str, str]) -> Criteria:
    """What the address asks for; nonsense is ignored, so that every address shows a list."""
    number = arguments.get("seite", "1")
    usable = number.isascii() and number.isdecimal() and len(number) <= _MAX_PAGE_DIGITS
    words = clean(arguments.get("q")).replace("\x00", "")[:_MAX_WORDS].strip()
    sort = arguments.get("sortierung", "")
    return Criteria(
        words=words,
        areas=frozenset(slug[:_MAX_SLUG] for slug in arguments.getlist("bereich")[:_MAX_AREAS]),
        include_past="alle" in arguments,
        sort=sort if sort in _offered(words) else _default(words),
        page=min(max(int(number), 1), MAX_PAGE) if usable else 1,
    )


def _default(words: str) -> str:
    return "relevanz" if words else "beginn"


def _offered(words: str) -> list[str]:
    """The orders that make sense, the default first."""
    names = [name for name in SORTS if words or name != "relevanz"]
    return sorted(names, key=lambda name: name != _default(words))


@dataclass(frozen=True, slots=True)
class ListLinks:
    """The addresses around one list: arguments in a fixed order, defaults left out."""

    criteria: Criteria

    def page(self, number: int) -> str:
        """Another page of the same list."""
        first = _first_page(self.criteria)
        sign = "&" if "?" in first else "?"
        return first if number <= 1 else f"{first}{sign}seite={number}"

    @property
    def here(self) -> str:
        """The list's own address, in its shortest form."""
        return self.page(self.criteria.page)

    def without(self, area: str) -> str:
        """The first page of the list when this area is no longer chosen."""
        return _first_page(replace(self.criteria, areas=self.criteria.areas - {area}))

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Value, label, whether chosen; the default has no value, so that addresses stay short."""
        default = _default(self.criteria.words)
        return [
            ("" if name == default else name, SORTS[name], name == self.criteria.sort)
            for name in _offered(self.criteria.words)
        ]

    @property
    def ways_out(self) -> list[tuple[str, str]]:
        """Label and address of what may be loosened where nothing was found."""
        ways = []
        if self.criteria.words and self.criteria.areas:
            everywhere = replace(self.criteria, areas=frozenset())
            without_words = replace(self.criteria, words="", sort=_default(""))
            ways += [
                ("In allen Programmbereichen suchen", _first_page(everywhere)),
                ("Das Suchwort weglassen", _first_page(without_words)),
            ]
        if not self.criteria.include_past:
            past = replace(self.criteria, include_past=True)
            ways += [("Auch in beendeten Kursen suchen", _first_page(past))]
        return [*ways, ("Alle Kurse zeigen", url_for("catalog.list_courses"))]


def _first_page(criteria: Criteria) -> str:
    pairs = [("q", criteria.words)] if criteria.words else []
    pairs += [("bereich", slug) for slug in sorted(criteria.areas)]
    pairs += [("sortierung", criteria.sort)] if criteria.sort != _default(criteria.words) else []
    pairs += [("alle", "1")] if criteria.include_past else []
    query = urlencode(pairs)
    return url_for("catalog.list_courses") + (f"?{query}" if query else "")
