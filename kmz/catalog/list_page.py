"""What stands around a list of courses in words: title, chips, ways out where nothing was found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from kmz.catalog.list_address import DEFAULT_RADIUS_KM, SHOWN, WEEK, ListLinks, address_of
from kmz.catalog.search import facets
from kmz.catalog.search.criteria import BOOKABLE, RADII_KM, Criteria
from kmz.catalog.search.results import FilterGroup, Option, SearchResult
from kmz.dates import format_day

# Groups of which the options depend on the courses; the others always show all of theirs.
_CHANGING = frozenset(
    {
        facets.AREA,
        facets.PLACE,
        facets.MONTH,
        facets.TARGET_GROUP,
        facets.SEMESTER,
        facets.VENUE,
        facets.INSTRUCTOR,
    }
)
_FOLDED = frozenset({facets.PLACE, facets.MONTH, facets.TARGET_GROUP})
_IN_THEIR_ORDER = frozenset({facets.MONTH})
_SHOWN_AT_ONCE = 6
_IN_THE_TITLE = 3
# More words than these are a sentence; trying each would take too long.
_MAX_TRIED = 10


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the list, and the address of the list without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """What somebody who found nothing may leave out, and how many courses there are then."""

    label: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A Programmbereich with its Fachgebiete; open where one of them is chosen."""

    option: Option
    children: tuple[Option, ...]

    @property
    def is_open(self) -> bool:
        return self.option.is_chosen or any(child.is_chosen for child in self.children)


def branches(group: FilterGroup) -> list[Branch]:
    """The tree of a group, in its order; a child without its parent stands on its own."""
    tops = {option.value for option in group.options if not option.parent}
    return [
        Branch(option, tuple(child for child in group.options if child.parent == option.value))
        for option in group.options
        if option.parent not in tops
    ]


@dataclass(frozen=True, slots=True)
class Folded:
    """A long group: what is seen at once, and what stands behind "mehr"."""

    first: tuple[Option, ...]
    more: tuple[Option, ...]

    @property
    def is_open(self) -> bool:
        return any(option.is_chosen for option in self.more)


def fold(group: FilterGroup) -> Folded:
    """The six options with most courses at once, months in their order; both in the group's."""
    options = group.options
    if group.name not in _FOLDED or len(options) <= _SHOWN_AT_ONCE + 1:
        return Folded(options, ())
    by_count = sorted(options, key=lambda option: -option.count)
    chosen = options if group.name in _IN_THEIR_ORDER else by_count
    first = frozenset(option.value for option in chosen[:_SHOWN_AT_ONCE])
    return Folded(
        tuple(option for option in options if option.value in first),
        tuple(option for option in options if option.value not in first),
    )


def chips(result: SearchResult, links: ListLinks) -> list[Chip]:
    """Everything that narrows the list, each with the way to take it off."""
    criteria = links.criteria
    found = [Chip(f"„{criteria.words}“", links.without("q"))] if criteria.words else []
    found += [
        Chip(option.label, links.without(group.name, option.value))
        for group in result.groups
        for option in group.chosen
    ]
    if period := period_text(criteria.first_on, criteria.last_on):
        found.append(Chip(period, links.without("von")))
    if criteria.postal_code:
        distance = f"{criteria.radius_km} km um {criteria.postal_code}"
        found.append(Chip(distance, links.without("umkreis")))
    if criteria.shown != BOOKABLE:
        found.append(Chip(SHOWN[criteria.shown], links.bookable_only))
    return found


def filter_count(criteria: Criteria) -> int:
    """How many filters are in use; words are not one."""
    others = (
        criteria.first_on or criteria.last_on,
        criteria.postal_code,
        criteria.shown != BOOKABLE,
    )
    return len(criteria.chosen) + sum(1 for used in others if used)


def period_text(first: date | None, last: date | None) -> str:
    """ "ab 01.02.2027", "bis 01.03.2027", both, or nothing."""
    if first and last:
        return f"{format_day(first)}–{format_day(last)}"
    if first:
        return f"ab {format_day(first)}"
    return f"bis {format_day(last)}" if last else ""


def fewer_words(links: ListLinks, count: Callable[[Criteria], int]) -> tuple[WayOut, ...]:
    """The search without one of its words, for each that helps; what stands last goes first."""
    words = links.criteria.words.split()
    if not 1 < len(words) <= _MAX_TRIED:
        return ()
    ways = []
    for at in reversed(range(len(words))):
        criteria = replace(links.criteria, words=" ".join(words[:at] + words[at + 1 :]), page=1)
        if found := count(criteria):
            word = words[at].strip(".,;:!?")
            ways.append(WayOut(f"ohne „{word}“ suchen", address_of(criteria, links.view), found))
    return tuple(ways)


def ways_out(result: SearchResult, links: ListLinks) -> list[WayOut]:
    """What to loosen so that something is found, the most helpful first."""
    return [
        WayOut(_way_text(result, links.criteria, way.name), links.without(way.name), way.count)
        for way in result.loosenings
    ]


def _way_text(result: SearchResult, criteria: Criteria, name: str) -> str:
    if name == "q":
        return (
            "alle Suchwörter weglassen"
            if " " in criteria.words
            else f"„{criteria.words}“ weglassen"
        )
    if name == "von":
        return f"Zeitraum „{period_text(criteria.first_on, criteria.last_on)}“ weglassen"
    if name == "umkreis":
        return f"an allen Orten suchen statt {criteria.radius_km} km um {criteria.postal_code}"
    if name == "anzeige":
        return "auch ausgebuchte und beendete Kurse zeigen"
    group = result.group(name)
    labels = ", ".join(option.label for option in group.chosen)
    return f"{group.label} „{labels}“ weglassen"


def title(result: SearchResult, links: ListLinks) -> str:
    """What the window and a bookmark are called: "„rücken“, Dienstag – Programm"."""
    place = "Wochenplan" if links.view == WEEK else "Programm"
    labels = [chip.label for chip in chips(result, links)]
    if not labels:
        return place
    rest = " …" if len(labels) > _IN_THE_TITLE else ""
    return f"{', '.join(labels[:_IN_THE_TITLE])}{rest} – {place}"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list as its templates see it.

    `knows_postal_code`: distances can be told, or none was asked for. `fewer_words` are ways out of
    a search for several words that no course has all of.
    """

    result: SearchResult
    links: ListLinks
    knows_postal_code: bool = True
    fewer_words: tuple[WayOut, ...] = ()

    @property
    def criteria(self) -> Criteria:
        return self.links.criteria

    @property
    def is_week(self) -> bool:
        return self.links.view == WEEK

    @property
    def sort_value(self) -> str:
        """The chosen order as a form sends it; "" is the default."""
        return next((value for value, _, is_chosen in self.links.sorts if is_chosen), "")

    @property
    def title(self) -> str:
        return title(self.result, self.links)

    @property
    def chips(self) -> list[Chip]:
        return chips(self.result, self.links)

    @property
    def filter_count(self) -> int:
        return filter_count(self.criteria)

    @property
    def ways_out(self) -> list[WayOut]:
        return [*self.fewer_words, *ways_out(self.result, self.links)]

    def is_tree(self, group: FilterGroup) -> bool:
        return group.name == facets.AREA

    def branches(self, group: FilterGroup) -> list[Branch]:
        return branches(group)

    def fold(self, group: FilterGroup) -> Folded:
        return fold(group)

    def is_changing(self, group: FilterGroup) -> bool:
        """Whether other courses bring other options; else only the counts change."""
        return group.name in _CHANGING

    @property
    def radii(self) -> list[tuple[int, bool]]:
        """Kilometres, whether chosen."""
        chosen = self.criteria.radius_km or DEFAULT_RADIUS_KM
        return [(radius, radius == chosen) for radius in RADII_KM]

    @property
    def choices_of_shown(self) -> list[tuple[str, str, bool]]:
        """Value, label, whether chosen: which courses are shown at all."""
        return [(value, label, value == self.criteria.shown) for value, label in SHOWN.items()]
