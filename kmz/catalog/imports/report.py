"""What an import did, in numbers and in German."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

_EXAMPLES = 3
# What a saved report holds of each list; the counts stay whole.
_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was left out. `place` says where in the file it stands ("Eintrag 17")."""

    place: str
    external_id: str
    reason: str
    id_word: str = "guid"

    def __str__(self) -> str:
        key = f" ({self.id_word} {self.external_id})" if self.external_id else ""
        return f"{self.place}{key}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd in a record that was taken all the same."""

    place: str
    external_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A course that the report names; `fields` are those that the office protects."""

    course_id: int
    number: str
    title: str
    bookings: int = 0
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """Counts of courses; after a dry run what would have happened.

    `offline` are those that left the programme, `back` counts those that came back into it,
    `protected` are changed ones of which some fields stayed as the office wrote them. `published`
    is how many courses of the source were in the programme before.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    dry_run: bool = False
    id_word: str = "guid"
    offline: list[Named] = field(default_factory=list)
    back: int = 0
    protected: list[Named] = field(default_factory=list)
    published: int = 0

    @property
    def shrinks(self) -> bool:
        """Whether more than half of what was published leaves the programme."""
        return 2 * len(self.offline) > self.published

    @property
    def offline_with_bookings(self) -> int:
        return sum(1 for course in self.offline if course.bookings)

    def lines(self) -> list[str]:
        """The report for a terminal: counts, one line per refusal, notes of one kind together."""
        head = "Probelauf, nichts wurde gespeichert: " if self.dry_run else ""
        counts = (
            f"{head}{self.new} neu, {self.changed} geändert, {self.unchanged} unverändert, "
            f"{len(self.refused)} abgelehnt"
        )
        refusals = [f"Abgelehnt: {refusal}" for refusal in self.refused]
        return [counts, *self._effect_lines(), *refusals, *self._note_lines()]

    def _effect_lines(self) -> list[str]:
        lines = []
        if self.offline:
            booked = self.offline_with_bookings
            warning = f", davon {booked} mit Anmeldungen (sie bleiben bestehen)" if booked else ""
            lines.append(f"Aus dem Programm genommen: {len(self.offline)}{warning}")
        if self.back:
            lines.append(f"Wieder im Programm: {self.back}")
        if self.protected:
            lines.append(f"Mit geschützten Angaben der Verwaltung: {len(self.protected)}")
        return lines

    def _note_lines(self) -> list[str]:
        by_text: defaultdict[str, list[Note]] = defaultdict(list)
        for note in self.notes:
            by_text[note.text].append(note)
        lines = []
        for text, notes in sorted(by_text.items()):
            some = ", ".join(f"{self.id_word} {note.external_id}" for note in notes[:_EXAMPLES])
            more = ", …" if len(notes) > _EXAMPLES else ""
            lines.append(f"Hinweis: {text} ({len(notes)}-mal: {some}{more})")
        return lines

    def as_data(self) -> dict[str, Any]:
        """The report as JSON for the staff's page; long lists are cut, their counts are not."""
        found = [("abgelehnt", one.place, one.external_id, one.reason) for one in self.refused]
        found += [("Hinweis", one.place, one.external_id, one.text) for one in self.notes]
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "back": self.back,
            "published": self.published,
            "shrinks": self.shrinks,
            "counts": {
                "refused": len(self.refused),
                "notes": len(self.notes),
                "offline": len(self.offline),
                "offline_with_bookings": self.offline_with_bookings,
                "protected": len(self.protected),
            },
            "id_word": self.id_word,
            "findings": [list(row) for row in found[:_KEPT]],
            "offline": [_named(course) for course in _booked_first(self.offline)[:_KEPT]],
            "protected": [_named(course) for course in self.protected[:_KEPT]],
        }


def _booked_first(courses: list[Named]) -> list[Named]:
    return sorted(courses, key=lambda course: -course.bookings)


def _named(course: Named) -> dict[str, Any]:
    return {
        "id": course.course_id,
        "number": course.number,
        "title": course.title,
        "bookings": course.bookings,
        "fields": list(course.fields),
    }
