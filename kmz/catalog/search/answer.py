"""From what somebody looks for to a page of courses with counts beside every filter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from kmz.catalog.search import facets
from kmz.catalog.search.bits import positions_of
from kmz.catalog.search.cards import CourseCard
from kmz.catalog.search.criteria import BOOKABLE, EVERYTHING, MAX_PAGE, Criteria
from kmz.catalog.search.distance import position_of, venues_within
from kmz.catalog.search.marks import excerpt, is_marked
from kmz.catalog.search.matches import Matches
from kmz.catalog.search.results import FilterGroup, Loosening, Option, SearchResult
from kmz.catalog.search.snapshot import Snapshot

# Below so many courses it is quicker to look at each than to count set by set.
_FEW = 400
# When at least so many of a hundred courses fit, walking all in order finds a page soon.
_DENSE_PERCENT = 5
_ONLY_WHEN_CHOSEN = frozenset({facets.SEMESTER, facets.VENUE, facets.INSTRUCTOR})


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The courses that fit, and what each filter alone would leave.

    `base` is everything but the chosen filters: words, dates, distance, what is shown at all.
    """

    snapshot: Snapshot
    openings: int
    matches: Matches | None
    base: int
    chosen: dict[str, int]

    @property
    def found(self) -> int:
        return self.without("")

    def without(self, name: str) -> int:
        """What fits when one filter is not asked."""
        bits = self.base
        for other, part in self.chosen.items():
            if other != name:
                bits &= part
        return bits


def select(
    snapshot: Snapshot, openings: int, matches: Matches | None, criteria: Criteria
) -> Selection:
    """Apply everything that somebody asked for."""
    base = _shown(snapshot, openings, criteria)
    if matches is not None:
        base &= matches.bits
    if criteria.first_on or criteria.last_on:
        base &= snapshot.starting_between(criteria.first_on, criteria.last_on)
    if criteria.postal_code and criteria.radius_km:
        base &= _near(snapshot, criteria)
    chosen = {}
    for name in facets.FACETS:
        values = [value for value in criteria.values_of(name) if snapshot.knows(name, value)]
        if values:
            chosen[name] = _joined(snapshot, name, values)
    return Selection(snapshot, openings, matches, base, chosen)


def _shown(snapshot: Snapshot, openings: int, criteria: Criteria) -> int:
    if criteria.shown == EVERYTHING:
        return snapshot.everything
    return openings if criteria.shown == BOOKABLE else snapshot.not_over


def _near(snapshot: Snapshot, criteria: Criteria) -> int:
    places = snapshot.places.values()
    centre = position_of(criteria.postal_code, places)
    if centre is None:
        return snapshot.everything  # the page says that the postal code is not known
    return snapshot.at_venues(venues_within(places, centre, criteria.radius_km))


def _joined(snapshot: Snapshot, name: str, values: list[str]) -> int:
    parts = [snapshot.sets.get((name, value), 0) for value in values]
    bits = parts[0]
    for part in parts[1:]:
        bits = bits & part if name in facets.ALL_OF else bits | part
    return bits


def answer(selection: Selection, criteria: Criteria, *, page_size: int) -> SearchResult:
    """One page of the selection with its filters."""
    found = selection.found
    total = found.bit_count()
    page = min(max(criteria.page, 1), MAX_PAGE)
    start = (page - 1) * page_size
    positions = list(islice(in_order(selection, found, criteria.sort), start, start + page_size))
    matches = selection.matches
    return SearchResult(
        total=total,
        cards=[_card(selection, position) for position in positions],
        groups=_groups(selection, criteria),
        page=page,
        page_count=max(1, -(-total // page_size)),
        similar=bool(matches and matches.similar and total),
        near_words=matches.near_words if matches else (),
        loosenings=() if total else _loosenings(selection, criteria),
    )


def in_order(selection: Selection, found: int, sort: str) -> Iterator[int]:
    """Positions in the order somebody asked for; courses stand by their first day anyway."""
    snapshot = selection.snapshot
    if sort == "relevanz" and selection.matches is not None:
        return _by_rank(selection.matches, found, selection.openings)
    if sort in {"titel", "entgelt"}:
        return _walk(found, snapshot.by_title if sort == "titel" else snapshot.by_fee)
    return positions_of(found)


def _by_rank(matches: Matches, found: int, openings: int) -> Iterator[int]:
    """By rank; within one, what can be booked first, then by the first day."""
    for rank in matches.ranks:
        fitting = rank & found
        yield from positions_of(fitting & openings)
        yield from positions_of(fitting & ~openings)


def _walk(found: int, order: list[int]) -> Iterator[int]:
    if found.bit_count() * 100 >= len(order) * _DENSE_PERCENT:
        digits = f"{found:b}"[::-1].ljust(len(order), "0")
        return (position for position in order if digits[position] == "1")
    places = {position: place for place, position in enumerate(order)} if found else {}
    return iter(sorted(positions_of(found), key=places.__getitem__))


def _card(selection: Selection, position: int) -> CourseCard:
    entry = selection.snapshot.entries[position]
    if selection.matches is None or not selection.matches.marks:
        return entry.card
    marks, card = selection.matches.marks, entry.card
    shown = (card.number, card.title, card.subtitle, card.area_line, card.place, card.instructors)
    piece = ""
    if not any(is_marked(text, marks) for text in shown):
        piece = excerpt(entry.plain_text(), marks)
    return replace(card, marks=marks, excerpt=piece)


def _groups(selection: Selection, criteria: Criteria) -> tuple[FilterGroup, ...]:
    found = selection.found
    counted = _Counted(selection.snapshot)
    groups = []
    for name, label in facets.FACETS.items():
        chosen = criteria.values_of(name)
        if name in _ONLY_WHEN_CHOSEN and not chosen:
            continue
        bits = found if name in facets.ALL_OF else selection.without(name)
        groups.append(FilterGroup(name, label, _options(counted, name, bits, chosen)))
    return tuple(groups)


def _options(
    counted: "_Counted", name: str, bits: int, chosen: frozenset[str]
) -> tuple[Option, ...]:
    snapshot = counted.snapshot
    counts = counted.of(name, bits)
    only_chosen = name in _ONLY_WHEN_CHOSEN
    options = []
    for value in snapshot.options[name]:
        pair, count, is_chosen = (name, value), counts.get(value, 0), value in chosen
        if not is_chosen and (only_chosen or (not count and not _is_fixed(snapshot, pair))):
            continue
        label = facets.fixed_label(name, value) or snapshot.labels[pair]
        parent, number = snapshot.parents.get(pair, ""), snapshot.numbers.get(pair, "")
        options.append(Option(value, label, count, is_chosen, parent, number))
    return tuple(options)


def _is_fixed(snapshot: Snapshot, pair: tuple[str, str]) -> bool:
    """Whether a value is shown even with nothing behind it: the same place every time."""
    name, value = pair
    if name == facets.AREA:
        return pair not in snapshot.parents
    return facets.fixed_label(name, value) is not None


class _Counted:
    """Counts by filter: course by course where few fit, else set by set."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._looked_at: dict[int, dict[str, Counter[str]]] = {}

    def of(self, name: str, bits: int) -> dict[str, int]:
        if bits.bit_count() <= _FEW:
            return self._by_course(bits)[name]
        sets = self.snapshot.sets
        return {
            value: (bits & part).bit_count()
            for value in self.snapshot.options[name]
            if (part := sets.get((name, value)))
        }

    def _by_course(self, bits: int) -> dict[str, Counter[str]]:
        counts = self._looked_at.get(bits)
        if counts is None:
            counts = {name: Counter() for name in facets.FACETS}
            snapshot = self.snapshot
            for position in positions_of(bits):
                for name, value in snapshot.offers[position]:
                    counts[name][value] += 1
            self._looked_at[bits] = counts
        return counts


def _loosenings(selection: Selection, criteria: Criteria) -> tuple[Loosening, ...]:
    """What to leave out, the most helpful first."""
    snapshot, openings, matches = selection.snapshot, selection.openings, selection.matches
    ways: list[tuple[str, int]] = [
        (name, selection.without(name).bit_count()) for name in selection.chosen
    ]
    looser = {
        "q": (None, replace(criteria, words="")),
        "von": (matches, replace(criteria, first_on=None, last_on=None)),
        "umkreis": (matches, replace(criteria, radius_km=0)),
        "anzeige": (matches, replace(criteria, shown=EVERYTHING)),
    }
    for name, (words, instead) in looser.items():
        if instead != criteria:
            ways.append((name, select(snapshot, openings, words, instead).found.bit_count()))
    helpful = sorted((way for way in ways if way[1]), key=lambda way: -way[1])
    return tuple(Loosening(name, count) for name, count in helpful)
