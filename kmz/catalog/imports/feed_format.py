"""What every format of a course file offers to the import."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kmz.catalog.imports.imported import ImportedCourse

# What every feed writes: columns of `Course` by name, and the two lists that hang on a course.
USUAL_COLUMNS = frozenset({
    "number", "kind", "title", "subtitle", "description_html", "notes_html", "search_words", "tags",
    "program_area_id", "semester_id", "district", "format", "event_type", "level", "target_group",
    "teaching_units", "starts_on", "ends_on", "min_participants", "max_participants",
    "external_participants", "external_waiting", "fee_cents", "reduced_fee_cents",
    "concession_allowed", "fee_note", "booking_channel", "links", "sessions", "instructors",
})  # fmt: skip
# What stands in running text, titles and keywords for those who look for it.
PROSE_COLUMNS = frozenset({
    "material", "requirements", "educational_leave", "small_group", "guaranteed", "waitlist_open",
})  # fmt: skip


def _entry_number(index: int, _record: Any) -> str:
    return f"Eintrag {index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """A format: from bytes to records, and from one record to a course of ours.

    `name` is the word of the command line and, where nobody names another, the source; `label` what
    staff read; `extensions` with their dot, lower case; `id_word` what the format calls its key.
    `reading` rises when the same record is read differently, so that the next import reads all
    records again.

    `read` gives the records in their order; UnreadableFileError (German, with the place) says that
    the file as a whole is of no use. `parse` gets one record made `storable`; RefusedRecordError
    gives the German reason. It must also be able to read `ImportedCourse.record`, what was kept of
    an earlier one. `external_id_of` gives "" where a record has none, and never raises. `place_of`
    says where a record stands, from its number (from 1) and itself.

    `columns` are what this format knows of: an import leaves everything else of an existing course
    as it is.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    read: Callable[[bytes], Iterable[Any]]
    parse: Callable[[Any], ImportedCourse]
    external_id_of: Callable[[Any], str]
    place_of: Callable[[int, Any], str] = _entry_number
    id_word: str = "guid"
    reading: int = 1
    columns: frozenset[str] = USUAL_COLUMNS
