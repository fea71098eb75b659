"""Reading the published courses and putting them into a fresh index."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from tantivy import Document, Index, Schema, SchemaBuilder

from kmz import clock
from kmz.catalog.models import (
    CatalogVersion,
    Course,
    CourseInstructor,
    CourseSession,
    Instructor,
    ProgramArea,
    Room,
    Venue,
)
from kmz.catalog.search.cards import CourseCard, date_block, fee_text, place_text, when_text
from kmz.catalog.search.words import ANALYZER, Lexicon, analyzer, fold, number_key
from kmz.dates import format_times
from kmz.db import db
from kmz.sanitising import plain_text

TEXT_FIELDS = ("title", "people", "place", "tags", "parts", "text")
_WRITER_HEAP = 15_000_000
_FAR = date(9999, 12, 31)


@dataclass(slots=True)
class Snapshot:
    """An index with the cards of its courses; never changed after it was made."""

    version: int
    built_on: date
    index: Index
    schema: Schema
    cards: dict[int, CourseCard]
    areas: dict[str, ProgramArea]


@dataclass(slots=True)
class _Parts:
    """What belongs to courses but stands in other tables, by course id."""

    days: dict[int, list[date]] = field(default_factory=lambda: defaultdict(list))
    times: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    places: dict[int, tuple[str, str]] = field(default_factory=dict)
    people: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def current_version() -> int:
    """The number that rises with every change of the catalogue."""
    return db.session.scalar(select(CatalogVersion.number)) or 0


def build_snapshot() -> Snapshot:
    """A fresh index of all published courses, in four queries."""
    version, today = current_version(), clock.today()
    schema = _schema()
    index = Index(schema)
    index.register_tokenizer(ANALYZER, analyzer())
    areas = {area.id: area for area in db.session.scalars(select(ProgramArea))}
    parts = _read_parts()
    courses = list(db.session.execute(_course_query()))
    lexicon = Lexicon(f"{course.title} {' '.join(course.tags)}" for course in courses)
    titles = sorted({fold(course.title) for course in courses})
    ranks = {title: rank for rank, title in enumerate(titles)}
    writer = index.writer(_WRITER_HEAP, 1)
    cards: dict[int, CourseCard] = {}
    for course in courses:
        card = cards[course.id] = _card(course, areas, parts)
        document = _document(course, card, areas, lexicon)
        document.add_unsigned("title_rank", ranks[fold(course.title)])
        document.add_unsigned("order", _order(course.starts_on or _FAR, today))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    db.session.rollback()
    return Snapshot(
        version, today, index, schema, cards, {area.slug: area for area in areas.values()}
    )


def _schema() -> Schema:
    builder = SchemaBuilder()
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=ANALYZER)
    builder.add_text_field("number", tokenizer_name="raw")
    builder.add_text_field("area", tokenizer_name="raw", fast=True)
    for name in ("id", "ends", "title_rank", "order"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


def _order(starts_on: date, today: date) -> int:
    """By first day, but what has begun stands behind what is still to come."""
    return starts_on.toordinal() + (0 if starts_on >= today else _FAR.toordinal())


def _course_query() -> Any:
    columns = (
        Course.id,
        Course.slug,
        Course.number,
        Course.title,
        Course.subtitle,
        Course.description_html,
        Course.notes_html,
        Course.search_words,
        Course.tags,
        Course.program_area_id,
        Course.format,
        Course.level,
        Course.fee_cents,
        Course.reduced_fee_cents,
        Course.starts_on,
        Course.ends_on,
    )
    return select(*columns).where(Course.published_at.is_not(None)).order_by(Course.id)


def _read_parts() -> _Parts:
    parts = _Parts()
    sessions = (
        select(
            CourseSession.course_id,
            CourseSession.day,
            CourseSession.starts_at,
            CourseSession.ends_at,
            Venue.name,
            Room.name,
        )
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .outerjoin(Venue, Venue.id == Room.venue_id)
        .where(CourseSession.is_cancelled.is_(False))
        .order_by(CourseSession.course_id, CourseSession.position)
    )
    for course_id, day, starts_at, ends_at, venue, room in db.session.execute(sessions):
        parts.days[course_id].append(day)
        parts.times[course_id].add(format_times(starts_at, ends_at))
        parts.places.setdefault(course_id, (venue or "", room or ""))
    people = (
        select(
            CourseInstructor.course_id,
            Instructor.title,
            Instructor.first_name,
            Instructor.last_name,
        )
        .join(Instructor, Instructor.id == CourseInstructor.instructor_id)
        .order_by(CourseInstructor.course_id, CourseInstructor.position)
    )
    for course_id, *names in db.session.execute(people):
        parts.people[course_id].append(" ".join(filter(None, names)))
    return parts


def _card(course: Any, areas: dict[int, ProgramArea], parts: _Parts) -> CourseCard:
    area = areas.get(course.program_area_id)
    top = areas.get(area.parent_id, area) if area and area.parent_id else area
    names = [place.name for place in (top, area) if place] if area is not top else []
    day, month = date_block(course.starts_on)
    reduced = course.reduced_fee_cents
    return CourseCard(
        id=course.id,
        slug=course.slug,
        number=course.number,
        title=course.title,
        subtitle=course.subtitle,
        area_number=top.code if top else "",
        area_line=" · ".join(names) or (top.name if top else ""),
        day_number=day,
        month=month,
        starts_on=course.starts_on,
        when=when_text(parts.days[course.id], parts.times[course.id]),
        place=place_text(*parts.places.get(course.id, ("", "")), course.format),
        instructors=", ".join(parts.people[course.id]),
        fee=fee_text(course.fee_cents),
        reduced_fee=f"ermäßigt {fee_text(reduced)}" if reduced is not None else "",
    )


def _document(
    course: Any, card: CourseCard, areas: dict[int, ProgramArea], lexicon: Lexicon
) -> Document:
    tags = " ".join((*course.tags, course.level, card.area_line))
    text = f"{plain_text(course.description_html)} {plain_text(course.notes_html)}"
    document = Document()
    document.add_text("title", fold(f"{course.title} {course.subtitle}"))
    document.add_text("people", fold(card.instructors))
    document.add_text("place", fold(card.place))
    document.add_text("tags", fold(f"{tags} {course.search_words}"))
    document.add_text("parts", lexicon.parts_of(f"{course.title} {' '.join(course.tags)}"))
    document.add_text("text", fold(text))
    document.add_text("number", number_key(course.number))
    area = areas.get(course.program_area_id)
    while area is not None:
        document.add_text("area", area.slug)
        area = areas.get(area.parent_id) if area.parent_id else None
    document.add_unsigned("id", course.id)
    document.add_unsigned("ends", (course.ends_on or course.starts_on or _FAR).toordinal())
    return document
