"""Seats that are kept for somebody for a while."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class SeatHold(Base):
    """Seats of one course that nobody else can take until `expires_at`.

    Of an open Anmeldeformular (`draft_id`), or of a Nachrückangebot (`offer_id`); of both once the
    offer is being booked. They are counted in `course.seats_held`. `owner` and `address` are
    digests of the person and the network address, by which holding is limited ("" for offers).
    """

    __tablename__ = "seat_hold"
    __table_args__ = (
        UniqueConstraint("draft_id", "course_id"),
        CheckConstraint("seats > 0", name="seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("booking_draft.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("waitlist_offer.id"), unique=True)
    seats: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    is_extended: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str] = mapped_column(text_of(64), default="", index=True)
    address: Mapped[str] = mapped_column(text_of(64), default="", index=True)
