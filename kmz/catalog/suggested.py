"""Suggestions of the search as links, in groups with a German name."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from kmz.catalog.list_address import address_of
from kmz.catalog.programme.addresses import instructor_address, venue_address
from kmz.catalog.search import facets
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.results import Suggestion

_GROUPS = {
    "word": "Suchwörter",
    "area": "Programmbereiche",
    "instructor": "Kursleitung",
    "venue": "Häuser",
    "course": "Kurse",
}


@dataclass(frozen=True, slots=True)
class SuggestedLink:
    """What is offered, where it leads, and what it is called beside."""

    text: str
    address: str
    hint: str = ""


def suggested_links(found: Iterable[Suggestion]) -> list[tuple[str, list[SuggestedLink]]]:
    """Names of groups with their links, empty groups left out."""
    groups: dict[str, list[SuggestedLink]] = {kind: [] for kind in _GROUPS}
    for suggestion in found:
        link = SuggestedLink(suggestion.text, _address(suggestion), suggestion.hint)
        groups[suggestion.kind].append(link)
    return [(_GROUPS[kind], links) for kind, links in groups.items() if links]


def _address(suggestion: Suggestion) -> str:
    kind, key = suggestion.kind, suggestion.key
    if kind == "course":
        return url_for("catalog.show_course", slug=key)
    if kind == "instructor":
        return instructor_address(int(key), suggestion.text)
    if kind == "venue":
        return venue_address(int(key), suggestion.text)
    if kind == "area":
        return address_of(Criteria(chosen=frozenset({(facets.AREA, key)})))
    return address_of(Criteria(words=key, sort="relevanz"))
