"""Ansprechpersonen and the questions they get."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.accounts.models import StaffUser
from kmz.catalog.models import Course, ProgramArea
from kmz.db import Base, Moment, text_of


class ContactPerson(Base):
    """Who answers questions about a Programmbereich; without one, about everything else.

    `version` rises with every edit, so that a second editor is warned.
    """

    __tablename__ = "contact_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    program_area_id: Mapped[int | None] = mapped_column(ForeignKey("program_area.id"), unique=True)
    name: Mapped[str] = mapped_column(text_of(120))
    role: Mapped[str] = mapped_column(text_of(120), default="")
    email: Mapped[str] = mapped_column(text_of(254), default="")
    phone: Mapped[str] = mapped_column(text_of(40), default="")
    hours: Mapped[str] = mapped_column(text_of(200), default="")
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    program_area: Mapped[ProgramArea | None] = relationship(lazy="raise_on_sql")


class ContactRequest(Base):
    """An Anliegen of a visitor or customer, and what became of it.

    `callback_window` is empty where no call back was asked for ("vormittags", "nachmittags", …).
    `booking_reference` is a Vorgangsnummer of the same customer or "". `version` rises with every
    change by the office, so that a second editor is warned.
    """

    __tablename__ = "contact_request"
    __table_args__ = (
        CheckConstraint("callback_window = '' or phone <> ''", name="callback_needs_phone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(text_of(20), unique=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id", ondelete="SET NULL"))
    booking_reference: Mapped[str] = mapped_column(text_of(30), default="")
    program_area_id: Mapped[int | None] = mapped_column(ForeignKey("program_area.id"))
    name: Mapped[str] = mapped_column(text_of(120))
    email: Mapped[str] = mapped_column(text_of(254))
    phone: Mapped[str] = mapped_column(text_of(40), default="")
    callback_window: Mapped[str] = mapped_column(text_of(40), default="")
    message: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    called_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_user.id", ondelete="SET NULL")
    )
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(text_of(500), default="")
    version: Mapped[int] = mapped_column(default=1)
    course: Mapped[Course | None] = relationship(lazy="raise_on_sql")
    program_area: Mapped[ProgramArea | None] = relationship(lazy="raise_on_sql")
    called_by: Mapped[StaffUser | None] = relationship(lazy="raise_on_sql")
