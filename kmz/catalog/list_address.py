"""The address of a course list: what it asks for, and the addresses around it."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from kmz.catalog.search.criteria import (
    BOOKABLE,
    CURRENT,
    EVERYTHING,
    MAX_PAGE,
    RADII_KM,
    SORTS,
    Criteria,
)
from kmz.catalog.search.facets import FACETS
from kmz.dates import parse_day
from kmz.web.forms import clean
from kmz.web.numbers import whole_number

_MAX_WORDS, _MAX_VALUES, _MAX_VALUE = 200, 20, 60
_POSTAL_CODE_DIGITS = 5
DEFAULT_RADIUS_KM = 20
WEEK = "woche"
VIEWS = {"": "Liste", WEEK: "Wochenplan"}
SHOWN = {
    BOOKABLE: "nur buchbare",
    CURRENT: "alle, auch ausgebuchte",
    EVERYTHING: "auch beendete Kurse",
}


def read_criteria(arguments: MultiDict[str, str]) -> Criteria:
    """What the address asks for; nonsense is ignored, so that every address shows a list."""
    words = clean(arguments.get("q")).replace("\x00", "")[:_MAX_WORDS].strip()
    sort, shown = arguments.get("sortierung", ""), arguments.get("anzeige", BOOKABLE)
    postal_code = _postal_code(arguments.get("plz", ""))
    return Criteria(
        words=words,
        chosen=frozenset(
            (name, value[:_MAX_VALUE])
            for name in FACETS
            for value in arguments.getlist(name)[:_MAX_VALUES]
            if value
        ),
        first_on=_day(arguments.get("von", "")),
        last_on=_day(arguments.get("bis", "")),
        postal_code=postal_code,
        radius_km=_radius(arguments.get("umkreis", "")) if postal_code else 0,
        shown=shown if shown in SHOWN else BOOKABLE,
        sort=sort if sort in _offered(words) else _default(words),
        page=min(max(whole_number(arguments.get("seite")) or 1, 1), MAX_PAGE),
    )


def read_view(arguments: MultiDict[str, str]) -> str:
    """How the list is shown: "" as rows, WEEK as a week grid."""
    view = arguments.get("ansicht", "")
    return view if view in VIEWS else ""


def is_long(arguments: MultiDict[str, str]) -> bool:
    """Whether the address carries empty values, as a plain form sends them."""
    return any(not value for _, value in arguments.items(multi=True))


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None


def _postal_code(text: str) -> str:
    digits = text.strip()
    usable = digits.isascii() and digits.isdecimal() and len(digits) == _POSTAL_CODE_DIGITS
    return digits if usable else ""


def _radius(text: str) -> int:
    return next((radius for radius in RADII_KM if text == str(radius)), DEFAULT_RADIUS_KM)


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
    view: str = ""

    def page(self, number: int) -> str:
        """Another page of the same list."""
        return self._to(replace(self.criteria, page=number))

    @property
    def here(self) -> str:
        """The list's own address, in its shortest form."""
        return self._to(self.criteria)

    @property
    def query(self) -> str:
        """What the list asks for as a canonical query string, without page and order."""
        plain = replace(self.criteria, page=1, sort=_default(self.criteria.words))
        return urlencode(_pairs(plain))

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked than what is shown at all; else it is the whole programme."""
        plain = Criteria(shown=self.criteria.shown)
        return replace(self.criteria, page=1, sort=plain.sort) != plain

    def without(self, name: str, value: str | None = None) -> str:
        """The first page of the list when this value, or the whole filter, is no longer chosen.

        Besides the filters: "q" for the words, "von" for the dates, "umkreis" for the distance,
        "anzeige" for "nur buchbare".
        """
        return self._to(without(self.criteria, name, value))

    @property
    def bookable_only(self) -> str:
        """The same list when nothing is shown that cannot be booked."""
        return self._to(replace(self.criteria, shown=BOOKABLE, page=1))

    @property
    def plain(self) -> str:
        """The list without any filter, shown in the same way."""
        return self._to(Criteria())

    @property
    def wide_form(self) -> str:
        """The erweiterte Kurssuche with the same filters."""
        query = urlencode(_pairs(replace(self.criteria, page=1), self.view))
        return url_for("catalog.show_search") + (f"?{query}" if query else "")

    def with_words(self, words: str) -> str:
        """The same list with other words."""
        return self._to(replace(self.criteria, words=words, page=1))

    @property
    def views(self) -> list[tuple[str, str, bool]]:
        """Address, label, whether this is how the list is shown now."""
        first = replace(self.criteria, page=1)
        return [
            (address_of(first, view), label, view == self.view) for view, label in VIEWS.items()
        ]

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Value, label, whether chosen; the default has no value, so that addresses stay short."""
        default = _default(self.criteria.words)
        return [
            ("" if name == default else name, SORTS[name], name == self.criteria.sort)
            for name in _offered(self.criteria.words)
        ]

    def _to(self, criteria: Criteria) -> str:
        return address_of(criteria, self.view)


def without(criteria: Criteria, name: str, value: str | None = None) -> Criteria:
    """What is asked for when one thing is left out; see `ListLinks.without` for the names."""
    changes: dict[str, dict[str, object]] = {
        "q": {"words": "", "sort": _kept_sort(criteria)},
        "von": {"first_on": None, "last_on": None},
        "umkreis": {"postal_code": "", "radius_km": 0},
        "anzeige": {"shown": EVERYTHING},
    }
    if name in changes:
        return replace(criteria, page=1, **changes[name])  # type: ignore[arg-type]
    return criteria.without(name, value)


def _kept_sort(criteria: Criteria) -> str:
    """The chosen order, as far as it means something without words."""
    return criteria.sort if criteria.sort in _offered("") else _default("")


def address_of(criteria: Criteria, view: str = "") -> str:
    """The shortest address of a list; the same list always has the same."""
    query = urlencode(_pairs(criteria, view))
    return url_for("catalog.list_courses") + (f"?{query}" if query else "")


def _pairs(criteria: Criteria, view: str = "") -> list[tuple[str, str]]:
    """Arguments in their order; what is at its default is left out."""
    order = list(FACETS)
    chosen = sorted(criteria.chosen, key=lambda pair: (order.index(pair[0]), pair[1]))
    pairs = [
        ("q", criteria.words),
        *chosen,
        ("von", criteria.first_on.isoformat() if criteria.first_on else ""),
        ("bis", criteria.last_on.isoformat() if criteria.last_on else ""),
        ("plz", criteria.postal_code),
        ("umkreis", str(criteria.radius_km) if criteria.postal_code else ""),
        ("anzeige", criteria.shown),
        ("ansicht", view),
        ("sortierung", criteria.sort if criteria.sort != _default(criteria.words) else ""),
        ("seite", str(criteria.page) if criteria.page > 1 else ""),
    ]
    return [(name, value) for name, value in pairs if value]
