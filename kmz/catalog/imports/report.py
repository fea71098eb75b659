"""What an import did, in numbers and in German."""

from collections import defaultdict
from dataclasses import dataclass, field

_EXAMPLES = 3


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


@dataclass(slots=True)
class ImportReport:
    """Counts of courses; after a dry run what would have happened."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    dry_run: bool = False

    def lines(self) -> list[str]:
        """The report for a terminal: counts, one line per refusal, notes of one kind together."""
        head = "Probelauf, nichts wurde gespeichert: " if self.dry_run else ""
        counts = (
            f"{head}{self.new} neu, {self.changed} geändert, {self.unchanged} unverändert, "
            f"{len(self.refused)} abgelehnt"
        )
        return [counts, *(f"Abgelehnt: {refusal}" for refusal in self.refused), *self._note_lines()]

    def _note_lines(self) -> list[str]:
        by_text: defaultdict[str, list[Note]] = defaultdict(list)
        for note in self.notes:
            by_text[note.text].append(note)
        lines = []
        for text, notes in sorted(by_text.items()):
            some = ", ".join(f"guid {note.external_id}" for note in notes[:_EXAMPLES])
            more = ", …" if len(notes) > _EXAMPLES else ""
            lines.append(f"Hinweis: {text} ({len(notes)}-mal: {some}{more})")
        return lines
