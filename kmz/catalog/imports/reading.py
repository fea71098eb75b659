"""From the records of a file to courses that can be stored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kmz.catalog.imports.feed_format import FeedFormat
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.records import digest_of, storable
from kmz.catalog.imports.report import ImportReport, Note, Refusal


@dataclass(frozen=True, slots=True)
class Item:
    """A course of the file, where it stands there ("Eintrag 17"), and its record's fingerprint."""

    place: str
    course: ImportedCourse
    digest: str


def keys_of(file_format: FeedFormat, records: Iterable[Any]) -> set[str]:
    """The keys in a file, also of records that will be refused: those courses are not missing."""
    return {key for record in records if (key := file_format.external_id_of(record))}


def readable(
    file_format: FeedFormat, records: Iterable[Any], report: ImportReport
) -> Iterator[Item]:
    """The records that can be courses; the others, and repeated keys, go into the report."""
    first_places: dict[str, str] = {}
    for index, raw in enumerate(records, start=1):
        place, external_id = file_format.place_of(index, raw), file_format.external_id_of(raw)
        if external_id in first_places:
            reason = f"{file_format.id_word} kommt schon vor: {first_places[external_id]}"
            report.refused.append(Refusal(place, external_id, reason, file_format.id_word))
            continue
        try:
            item = _item(file_format, place, raw)
        except RefusedRecordError as error:
            report.refused.append(Refusal(place, external_id, str(error), file_format.id_word))
            continue
        first_places[external_id] = place
        report.notes += [Note(place, external_id, text) for text in item.course.notes]
        yield item


def _item(file_format: FeedFormat, place: str, raw: object) -> Item:
    try:
        course = file_format.parse(storable(raw))
        return Item(place, course, digest_of(course.record, file_format.reading))
    except RecursionError as error:
        raise RefusedRecordError("Der Eintrag ist zu tief verschachtelt") from error
