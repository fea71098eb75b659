"""What somebody looks for."""

from dataclasses import dataclass, field, replace
from datetime import date

SORTS = {"beginn": "Beginn", "titel": "Titel", "entgelt": "Entgelt", "relevanz": "Relevanz"}
# Which courses are shown at all: bookable ones unless somebody wants to see more.
BOOKABLE, CURRENT, EVERYTHING = "", "alle", "beendet"
PAGE_SIZE = 25
MAX_PAGE = 1000
RADII_KM = (5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Words, chosen filters, order and page (from 1).

    `chosen` holds pairs of a filter's name and a value, such as ("tag", "di"); the names are those
    of `facets.FACETS` and of the address. Values of one filter widen the choice, filters narrow it.
    `first_on` and `last_on` bound the first day of a course. `radius_km` counts from
    `postal_code`. `shown` is BOOKABLE, CURRENT (also full ones) or EVERYTHING (also those over).
    """

    words: str = ""
    chosen: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    first_on: date | None = None
    last_on: date | None = None
    postal_code: str = ""
    radius_km: int = 0
    shown: str = BOOKABLE
    sort: str = "beginn"
    page: int = 1

    def values_of(self, name: str) -> frozenset[str]:
        """What is chosen of one filter."""
        return frozenset(value for filter_name, value in self.chosen if filter_name == name)

    def without(self, name: str, value: str | None = None) -> "Criteria":
        """The first page when this value, or the whole filter, is no longer chosen."""
        left = {
            pair
            for pair in self.chosen
            if pair[0] != name or (value is not None and pair[1] != value)
        }
        return replace(self, chosen=frozenset(left), page=1)
