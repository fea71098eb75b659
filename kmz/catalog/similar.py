"""Which courses are like another one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kmz.catalog.light import CourseState

MOST_SIMILAR = 4
_WORD = re.compile(r"\w{4,}")
_FAR = date.max


@dataclass(slots=True)
class SimilarCourse(CourseState):
    """An upcoming course of the same Programmbereich, with what a short list shows."""

    id: int
    slug: str
    number: str
    title: str
    program_area_id: int | None


def title_words(title: str) -> frozenset[str]:
    """The words of a title by which it is compared: four letters and more."""
    return frozenset(_WORD.findall(title.casefold()))


def most_alike(
    candidates: Iterable[SimilarCourse],
    *,
    title: str,
    program_area_id: int | None,
    bookable: frozenset[int],
) -> list[SimilarCourse]:
    """At most four: bookable ones first, of these the same Fachgebiet, then the most words of the
    title, then the sooner.
    """
    words = title_words(title)

    def rank(course: SimilarCourse) -> tuple[bool, bool, int, date, int]:
        return (
            course.id not in bookable,
            course.program_area_id != program_area_id,
            -len(words & title_words(course.title)),
            course.starts_on or _FAR,
            course.id,
        )

    return sorted(candidates, key=rank)[:MOST_SIMILAR]
