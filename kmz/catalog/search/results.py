"""What a search answers: courses, filters with counts, and ways out where nothing was found."""

from dataclasses import dataclass

from kmz.catalog.search.cards import CourseCard


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter: how many courses it would show, and whether it is chosen.

    The count leaves out what is chosen of the same filter. `parent` is the value above it in a tree
    ("sprachen" for "englisch"), `number` the code of a Programmbereich.
    """

    value: str
    label: str
    count: int
    is_chosen: bool
    parent: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """A filter: `name` in the address, `label` on the page, options in their order."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.is_chosen)


@dataclass(frozen=True, slots=True)
class Loosening:
    """What to leave out so that something is found: a filter's name, or "q" for the words, "von"
    for the dates, "umkreis" for the distance, "anzeige" for "nur buchbare"; and how many courses
    there are then.
    """

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to look for: `kind` is "word", "course", "area", "instructor" or "venue".

    `text` is what is shown; `key` the slug of a course or area, the id of a person or place, the
    word itself.
    """

    kind: str
    text: str
    key: str
    hint: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """One page of courses, how many there are in all, and the filters with their counts.

    `similar`: no course has all the words, these have words that look alike. `near_words` are
    words of the catalogue that look like a word nobody uses. `loosenings` are filled only where
    nothing was found. Shared by everybody who asks the same: never change its parts.
    """

    total: int
    cards: list[CourseCard]
    groups: tuple[FilterGroup, ...]
    page: int
    page_count: int
    similar: bool = False
    near_words: tuple[str, ...] = ()
    loosenings: tuple[Loosening, ...] = ()

    def group(self, name: str) -> FilterGroup:
        """The filter of this name; KeyError when there is none."""
        for group in self.groups:
            if group.name == name:
                return group
        raise KeyError(name)
