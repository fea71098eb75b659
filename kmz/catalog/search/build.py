"""Reading the published courses and putting them into a fresh index."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
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
from kmz.catalog.search.question import TEXT_FIELDS
from kmz.catalog.search.words import (
    PLAIN,
    STEMMED,
    Lexicon,
    fold,
    number_keys,
    plain_words,
    stemmed_words,
)
from kmz.dates import format_times
from kmz.db import db
from kmz.sanitising import plain_text

_WRITER_HEAP = 15_000_000
_FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Area:
    """A Programmbereich or Fachgebiet, kept apart from any database session."""

    id: int
    code: str
    name: str
    slug: str
    parent_id: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """An index with the cards of its courses; never changed after it was made."""

    version: int
    built_on: date
    index: Index
    schema: Schema
    cards: dict[int, CourseCard]
    areas: dict[str, Area]


@dataclass(slots=True)
class _Parts:
    """What belongs to courses but stands in other tables, by course id."""

    days: dict[int, list[date]] = field(default_factory=lambda: defaultdict(list))
    times: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    places: dict[int, tuple[str, str]] = field(default_factory=dict)
    people: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def current_version() -> int:
    """The number that rises with every change of the catalogue, as it stands in the database now.

    Asked in a session of its own: that of the request may still see an older state.
    """
    with Session(db.engine) as session:
        return _version(session)


def _version(session: Session) -> int:
    return session.scalar(select(CatalogVersion.number)) or 0


def build_snapshot() -> Snapshot:
    """A fresh index of all published courses, in five queries; needs an app context.

    The session is its own, so building disturbs no transaction. The version is read first: a change
    during the build makes the index old at once, never new by mistake.
    """
    today = clock.today()
    with Session(db.engine) as session:
        version = _version(session)
        areas = {row.id: Area(*row) for row in session.execute(_area_query())}
        parts = _read_parts(session)
        courses = list(session.execute(_course_query()))
    schema = _schema()
    index = Index(schema)
    index.register_tokenizer(STEMMED, stemmed_words())
    index.register_tokenizer(PLAIN, plain_words())
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
    return Snapshot(
        version, today, index, schema, cards, {area.slug: area for area in areas.values()}
    )


def _schema() -> Schema:
    builder = SchemaBuilder()
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=STEMMED)
    builder.add_text_field("words", tokenizer_name=PLAIN)
    builder.add_text_field("number", tokenizer_name="raw")
    builder.add_text_field("area", tokenizer_name="raw", fast=True)
    for name in ("id", "ends", "title_rank", "order"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


def _order(starts_on: date, today: date) -> int:
    """By first day, but what has begun stands behind what is still to come."""
    return starts_on.toordinal() + (0 if starts_on >= today else _FAR.toordinal())


def _area_query() -> Any:
    return select(*(getattr(ProgramArea, name) for name in Area.__slots__))


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


def _read_parts(session: Session) -> _Parts:
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
    for course_id, day, starts_at, ends_at, venue, room in session.execute(sessions):
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
    for course_id, *names in session.execute(people):
        parts.people[course_id].append(" ".join(filter(None, names)))
    return parts


def _card(course: Any, areas: dict[int, Area], parts: _Parts) -> CourseCard:
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


def _document(course: Any, card: CourseCard, areas: dict[int, Area], lexicon: Lexicon) -> Document:
    texts = {
        "title": fold(f"{course.title} {course.subtitle}"),
        "people": fold(card.instructors),
        "place": fold(card.place),
        "tags": fold(" ".join((*course.tags, course.level, card.area_line, course.search_words))),
        "parts": lexicon.parts_of(f"{course.title} {' '.join(course.tags)}"),
    }
    text = f"{plain_text(course.description_html)} {plain_text(course.notes_html)}"
    document = Document()
    for name, value in texts.items():
        document.add_text(name, value)
    document.add_text("words", " ".join(texts.values()))
    document.add_text("text", fold(text))
    for key in number_keys(course.number):
        document.add_text("number", key)
    area = areas.get(course.program_area_id)
    while area is not None:
        document.add_text("area", area.slug)
        area = areas.get(area.parent_id) if area.parent_id else None
    document.add_unsigned("id", course.id)
    document.add_unsigned("ends", (course.ends_on or course.starts_on or _FAR).toordinal())
    return document
