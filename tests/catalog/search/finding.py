"""What the claims about the search ask it with."""

from typing import Any

from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.results import SearchResult


def find(words: str = "", **criteria: Any) -> SearchResult:
    """What the search finds now, in the catalogue as it stands now."""
    search = catalog_search()
    search.refresh()
    return search.search(Criteria(words=words, **criteria))


def titles(words: str = "", **criteria: Any) -> list[str]:
    """The titles on the page that the search answers with, in its order."""
    return [card.title for card in find(words, **criteria).cards]


def chosen(**filters: str) -> frozenset[tuple[str, str]]:
    """Filters by name and value; several values stand with a space between them."""
    return frozenset((name, value) for name, text in filters.items() for value in text.split())
