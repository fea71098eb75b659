"""The catalogue as the search sees it at one moment: courses in order, sets for every filter."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tantivy import Searcher

from kmz.catalog.search import facets
from kmz.catalog.search.bits import bits_of, span
from kmz.catalog.search.corpus import Place, Shared, Version
from kmz.catalog.search.entries import Entry, intern_pair
from kmz.catalog.search.index import WordIndex
from kmz.catalog.search.question import Asker
from kmz.catalog.search.synonyms import Synonyms
from kmz.catalog.search.vocabulary import Vocabulary
from kmz.dates import MONTHS

_FAR = date(9999, 12, 31)
_NOT_BEGUN = (facets.FEATURE, facets.NOT_BEGUN)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Never changed after it was made. Position n of every set is `entries[n]`.

    Courses stand by their first day, those that have begun behind those to come. `sets` holds the
    courses of each (filter, value), `labels` what the values are called, `parents` the value above.
    """

    version: Version
    built_on: date
    index: WordIndex
    asker: Asker
    shared: Shared
    entries: list[Entry]
    offers: list[tuple[tuple[str, str], ...]]
    positions: dict[int, int]
    everything: int
    not_over: int
    begun: int
    sets: dict[tuple[str, str], int]
    options: dict[str, tuple[str, ...]]
    labels: dict[tuple[str, str], str]
    parents: dict[tuple[str, str], str]
    numbers: dict[tuple[str, str], str]
    by_title: list[int]
    by_fee: list[int]
    first_days: list[int]
    places: dict[int, Place]

    def knows(self, name: str, value: str) -> bool:
        """Whether a value means something here, also one that no course has now."""
        pair = (name, value)
        return pair in self.labels or facets.fixed_label(name, value) is not None

    def starting_between(self, first: date | None, last: date | None) -> int:
        """The courses whose first day is known and lies in these bounds, both included."""
        split = len(self.entries) - self.begun.bit_count()
        low = first.toordinal() if first else 0
        high = last.toordinal() + 1 if last else _FAR.toordinal()
        runs = ((0, split), (split, len(self.entries)))
        found = 0
        for begin, end in runs:
            days = self.first_days
            found |= span(bisect_left(days, low, begin, end), bisect_left(days, high, begin, end))
        return found

    def at_venues(self, venue_ids: Iterable[int]) -> int:
        """The courses that meet at one of these venues."""
        found = 0
        for venue_id in venue_ids:
            found |= self.sets.get((facets.VENUE, str(venue_id)), 0)
        return found


def make_snapshot(
    *,
    version: Version,
    today: date,
    index: WordIndex,
    searcher: Searcher,
    shared: Shared,
    entries: Iterable[Entry],
    places: dict[int, Place],
) -> Snapshot:
    """Order the courses and count them out into sets."""
    ordered = sorted(entries, key=lambda entry: _order(entry, today))
    size = len(ordered)
    members: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    spellings: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    over: list[int] = []
    begun: list[int] = []
    offers = [(*entry.offers, *_offers_of_the_day(entry, today)) for entry in ordered]
    for position, entry in enumerate(ordered):
        for pair in offers[position]:
            members[pair].append(position)
        for name, value, label in entry.labels:
            spellings[name, value][label] += 1
        starts_on, ends_on = entry.state.starts_on, entry.ends_on
        if starts_on is not None and starts_on < today:
            begun.append(position)
        if ends_on is not None and ends_on < today:
            over.append(position)
    everything = span(0, size)
    sets = {pair: bits_of(found, size) for pair, found in members.items()}
    labels = {pair: counts.most_common(1)[0][0] for pair, counts in spellings.items()}
    parents, numbers = _tree(shared, labels)
    labels |= {
        (facets.MONTH, value): month_name(value) for name, value in sets if name == facets.MONTH
    }
    vocabulary = Vocabulary(
        f"{entry.card.title} {entry.card.subtitle} {entry.card.area_line}" for entry in ordered
    )
    return Snapshot(
        version=version,
        built_on=today,
        index=index,
        asker=Asker(index.schema, searcher, vocabulary, Synonyms(shared.synonyms)),
        shared=shared,
        entries=ordered,
        offers=offers,
        positions={entry.card.id: position for position, entry in enumerate(ordered)},
        everything=everything,
        not_over=everything & ~bits_of(over, size),
        begun=bits_of(begun, size),
        sets=sets,
        options=_options(sets, labels, numbers),
        labels=labels,
        parents=parents,
        numbers=numbers,
        by_title=_sorted(ordered, lambda entry: entry.title_key),
        by_fee=_sorted(ordered, _fee),
        first_days=[(entry.state.starts_on or _FAR).toordinal() for entry in ordered],
        places=places,
    )


def _offers_of_the_day(entry: Entry, today: date) -> list[tuple[str, str]]:
    """What a course offers to filters that depend on the day."""
    starts_on = entry.state.starts_on
    if starts_on is None:
        return [_NOT_BEGUN]
    if starts_on < today:
        return []
    return [_NOT_BEGUN, intern_pair((facets.MONTH, f"{starts_on:%Y-%m}"))]


def month_name(value: str) -> str:
    """ "Februar 2027" for "2027-02"."""
    year, _, month = value.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}"


def _order(entry: Entry, today: date) -> tuple[bool, date, int]:
    starts_on = entry.state.starts_on or _FAR
    return (starts_on < today, starts_on, entry.card.id)


def _fee(entry: Entry) -> int:
    cents = entry.state.fee_cents
    return cents if cents is not None else 10**9


def _sorted(entries: list[Entry], key: object) -> list[int]:
    keys = [key(entry) for entry in entries]  # type: ignore[operator]
    return sorted(range(len(entries)), key=keys.__getitem__)


def _tree(
    shared: Shared, labels: dict[tuple[str, str], str]
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Parents and numbers of areas; writes their names into the labels."""
    parents, numbers = {}, {}
    for area in shared.areas.values():
        pair = (facets.AREA, area.slug)
        labels[pair], numbers[pair] = area.name, area.code
        if area.parent_id in shared.areas:
            parents[pair] = shared.areas[area.parent_id].slug
    return parents, numbers


_FIXED: dict[str, tuple[str, ...]] = {
    facets.WEEKDAY: facets.WEEKDAYS,
    facets.DAYTIME: tuple(facets.DAYTIMES),
    facets.FEE: tuple(facets.FEES),
    facets.FORMAT: tuple(facets.FORMATS),
    facets.KIND: tuple(facets.KINDS),
    facets.FEATURE: tuple(facets.FEATURES),
    facets.LEVEL: facets.LEVELS,
}


def _options(
    sets: dict[tuple[str, str], int],
    labels: dict[tuple[str, str], str],
    numbers: dict[tuple[str, str], str],
) -> dict[str, tuple[str, ...]]:
    """The values of each filter in the order of the page."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, value in sets:
        found[name].add(value)
    options = {}
    for name in facets.FACETS:
        if name in _FIXED:
            options[name] = _FIXED[name]
        elif name == facets.AREA:
            areas = (value for filter_name, value in numbers if filter_name == name)
            options[name] = tuple(sorted(areas, key=lambda slug: numbers[facets.AREA, slug]))
        elif name in {facets.MONTH, facets.SEMESTER}:
            options[name] = tuple(sorted(found[name]))
        else:
            options[name] = tuple(
                sorted(found[name], key=lambda value: (labels[name, value].casefold(), value))
            )
    return options
