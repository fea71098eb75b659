"""Courses with their sessions and Kursleitungen."""

from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.catalog.models.places import Instructor, Room
from kmz.catalog.models.programme import ProgramArea, Semester
from kmz.db import Base, Moment, text_of


class CourseInstructor(Base):
    """Who teaches a course, in the order in which the names are shown."""

    __tablename__ = "course_instructor"

    course_id: Mapped[int] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    instructor: Mapped[Instructor] = relationship(lazy="raise_on_sql")


class Course(Base):
    """A course or event.

    `number` is what people know; real feeds repeat numbers, so `slug` is the unique address.
    `fee_cents` empty means "auf Anfrage", 0 means free. `max_participants` 0 means that no number
    is known. `seats_taken` counts requested and confirmed bookings, `seats_held` the seats of open
    booking forms and of offers to the Warteliste, `seats_waiting` who is on that list without an
    offer; all three change only under the row's lock (`booking.actions.seats`).
    `external_participants` are people who booked elsewhere (None: unknown). `withdrawal_right` is
    the law's unless staff gave a reason against it (L12). `version` rises with every edit and
    import, so that a second editor is warned, and because bookings keep what a version says
    (`booking.queries.agreed_facts`): whoever changes a place or a person raises it, too.

    `withdrawn_at` says since when a course that was public is gone (its page answers 410); it is
    empty while the course is published.
    `protected_fields` are names of columns (or "sessions", "instructors") that the office edited
    and that no import overwrites. `changed_in` is the number of the catalogue's version with its
    last change (`CatalogVersion`).
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("seats_taken >= 0", name="seats_taken"),
        CheckConstraint("kind in ('course', 'event')", name="kind"),
        CheckConstraint("format in ('onsite', 'online', 'hybrid')", name="format"),
        CheckConstraint("seats_held >= 0", name="seats_held"),
        CheckConstraint("seats_waiting >= 0", name="seats_waiting"),
        CheckConstraint("withdrawal_right in ('statutory', 'excluded')", name="withdrawal_right"),
        CheckConstraint("booking_channel in ('online', 'office')", name="booking_channel"),
        Index("ix_course_published_at_starts_on", "published_at", "starts_on"),
        Index("ix_course_program_area_id_starts_on", "program_area_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(text_of(40), index=True)
    slug: Mapped[str] = mapped_column(text_of(80), unique=True)
    kind: Mapped[str] = mapped_column(text_of(10), default="course")
    title: Mapped[str] = mapped_column(text_of(300))
    subtitle: Mapped[str] = mapped_column(text_of(300), default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    notes_html: Mapped[str] = mapped_column(Text, default="")
    search_words: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    program_area_id: Mapped[int | None] = mapped_column(ForeignKey("program_area.id"))
    semester_id: Mapped[int | None] = mapped_column(ForeignKey("semester.id"), index=True)
    district: Mapped[str] = mapped_column(text_of(100), default="")
    format: Mapped[str] = mapped_column(text_of(10), default="onsite")
    event_type: Mapped[str] = mapped_column(text_of(100), default="")
    level: Mapped[str] = mapped_column(text_of(20), default="")
    target_group: Mapped[str] = mapped_column(text_of(150), default="")
    teaching_units: Mapped[int | None]
    min_participants: Mapped[int] = mapped_column(default=0)
    max_participants: Mapped[int] = mapped_column(default=0)
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    seats_held: Mapped[int] = mapped_column(default=0)
    seats_waiting: Mapped[int] = mapped_column(default=0)
    external_participants: Mapped[int | None]
    external_waiting: Mapped[int] = mapped_column(default=0)
    fee_cents: Mapped[int | None]
    reduced_fee_cents: Mapped[int | None]
    concession_allowed: Mapped[bool] = mapped_column(default=False)
    fee_note: Mapped[str] = mapped_column(text_of(300), default="")
    material: Mapped[str] = mapped_column(text_of(500), default="")
    requirements: Mapped[str] = mapped_column(text_of(2000), default="")
    starts_on: Mapped[date | None] = mapped_column(index=True)
    ends_on: Mapped[date | None] = mapped_column(index=True)
    booking_opens_at: Mapped[datetime | None] = mapped_column(Moment)
    opening_inherited: Mapped[bool] = mapped_column(default=False)
    booking_closes_at: Mapped[datetime | None] = mapped_column(Moment)
    booking_channel: Mapped[str] = mapped_column(text_of(10), default="online")
    late_entry: Mapped[bool] = mapped_column(default=False)
    waitlist_open: Mapped[bool] = mapped_column(default=False)
    cancellation_policy_id: Mapped[int | None] = mapped_column(
        ForeignKey("cancellation_policy.id", ondelete="SET NULL"), index=True
    )
    withdrawal_right: Mapped[str] = mapped_column(text_of(20), default="statutory")
    withdrawal_reason: Mapped[str] = mapped_column(text_of(300), default="")
    guaranteed: Mapped[bool] = mapped_column(default=False)
    small_group: Mapped[bool] = mapped_column(default=False)
    educational_leave: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    cancellation_reason: Mapped[str] = mapped_column(text_of(300), default="")
    links: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)
    version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    protected_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    changed_in: Mapped[int] = mapped_column(default=0, index=True)

    program_area: Mapped[ProgramArea | None] = relationship(lazy="raise_on_sql")
    semester: Mapped[Semester | None] = relationship(lazy="raise_on_sql")
    sessions: Mapped[list["CourseSession"]] = relationship(
        lazy="raise_on_sql", order_by="CourseSession.position", cascade="all, delete-orphan"
    )
    instructor_links: Mapped[list[CourseInstructor]] = relationship(
        lazy="raise_on_sql", order_by="CourseInstructor.position", cascade="all, delete-orphan"
    )

    @property
    def taken(self) -> int:
        """Booked seats, here or elsewhere."""
        return self.seats_taken + (self.external_participants or 0)

    @property
    def seats_free(self) -> int | None:
        """Seats that anybody may book; None where the course has no known maximum."""
        return seats_for_anybody(self)

    @property
    def session_count(self) -> int:
        """How many Termine take place."""
        return sum(not session.is_cancelled for session in self.sessions)

    @property
    def has_concession(self) -> bool:
        """Whether somebody may pay less here."""
        return self.concession_allowed and bool(self.fee_cents)

    @property
    def has_age_limit(self) -> bool:
        return self.min_age is not None or self.max_age is not None

    @property
    def display_line(self) -> str:
        """`191-4632 - Titel (25.06.2019)`: number, title and first day, as the customers know it
        (U32).
        """
        day = f" ({self.starts_on:%d.%m.%Y})" if self.starts_on else ""
        return f"{self.number} - {self.title}{day}"


class SeatCounts(Protocol):
    """The columns that say how full a course is."""

    @property
    def max_participants(self) -> int: ...
    @property
    def seats_held(self) -> int: ...
    @property
    def seats_waiting(self) -> int: ...
    @property
    def taken(self) -> int: ...


def seats_for_anybody(course: SeatCounts) -> int | None:
    """Seats that nobody has, holds or waits for; None where the course has no known maximum."""
    if not course.max_participants:
        return None
    return max(0, course.max_participants - course.taken - course.seats_held - course.seats_waiting)


class CourseSession(Base):
    """One Termin. `day` is the Berlin day; the moments are empty where the feed gives no time."""

    __tablename__ = "course_session"
    __table_args__ = (UniqueConstraint("course_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    position: Mapped[int]
    day: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    room: Mapped[Room | None] = relationship(lazy="raise_on_sql")
