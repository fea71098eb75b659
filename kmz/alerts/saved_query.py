"""A search as it is saved: its canonical query string, what it looks for in words, what it finds.

It finds full courses and those not open yet as well: a course is announced once, and who waits for
it wants to hear of it then.
"""

from collections.abc import Collection
from dataclasses import replace
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from kmz.alerts.wanted import WantedSearch
from kmz.catalog.list_address import ListLinks, read_criteria
from kmz.catalog.list_page import chips
from kmz.catalog.search import catalog_search
from kmz.catalog.search.bits import bits_of, positions_of
from kmz.catalog.search.criteria import BOOKABLE, CURRENT, Criteria
from kmz.catalog.search.snapshot import Snapshot
from kmz.mail.addresses import one_line

_LONGEST, _MOST_FIELDS = 4000, 200


def read_wanted(query: str) -> WantedSearch:
    """The search behind a query string; its name is "" where nothing is looked for."""
    snapshot, criteria = catalog_search().snapshot(), _criteria_of(query)
    known = {pair for pair in criteria.chosen if snapshot.knows(*pair)}
    criteria = replace(criteria, chosen=frozenset(known))
    if criteria.postal_code and not catalog_search().knows_postal_code(criteria.postal_code):
        criteria = replace(criteria, postal_code="", radius_km=0)
    return WantedSearch(query=ListLinks(criteria).query, name=_name_of(criteria))


def find_among(query: str, course_ids: Collection[int]) -> list[int]:
    """Those of the courses that a saved search finds, by their first day.

    A list ignores what it does not know (a Kursleitung without courses) and shows what is similar
    where a word has gone; a mail about that would be about something else, so there is none.
    """
    criteria, present = _criteria_of(query), catalog_search().present()
    snapshot = present.snapshot
    if not _is_answerable(snapshot, criteria):
        return []
    selection = present.select(criteria)
    if selection.matches is not None and selection.matches.similar:
        return []
    entries, positions = snapshot.entries, snapshot.positions
    known = (positions[course_id] for course_id in course_ids if course_id in positions)
    found = selection.found & bits_of(known, len(entries))
    return [entries[position].card.id for position in positions_of(found)]


def _criteria_of(query: str) -> Criteria:
    """What a query string asks for, whatever its page and order; nonsense asks for nothing."""
    try:
        pairs = parse_qsl(query[:_LONGEST], max_num_fields=_MOST_FIELDS)
    except ValueError:
        pairs = []
    return replace(read_criteria(MultiDict(pairs)), page=1, shown=CURRENT)


def _is_answerable(snapshot: Snapshot, criteria: Criteria) -> bool:
    if criteria.postal_code and not catalog_search().knows_postal_code(criteria.postal_code):
        return False
    return all(
        any(snapshot.knows(name, value) for value in criteria.values_of(name))
        for name, _ in criteria.chosen
    )


def _name_of(criteria: Criteria) -> str:
    """The words of the list's own chips; that full courses are found too needs no saying."""
    asked = replace(criteria, shown=BOOKABLE)
    found = chips(catalog_search().search(asked), ListLinks(asked))
    return one_line(" · ".join(chip.label for chip in found))
