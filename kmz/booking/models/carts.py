"""What comes before the last click: people, carts, filled-in forms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.catalog.models import Course
from kmz.db import Base, Encrypted, Moment, text_of


class Participant(Base):
    """A Teilnehmende Person of a customer: who else may be booked (domain.md 1.9). Never an
    address or phone of a child; the birth date only where a course has asked for it.
    """

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    first_name: Mapped[str] = mapped_column(text_of(100))
    last_name: Mapped[str] = mapped_column(text_of(100))
    birth_date: Mapped[date | None]
    relation: Mapped[str] = mapped_column(text_of(20), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)


class Cart(Base):
    """A Warenkorb: of a customer, or of a visitor who holds its token in a cookie (digest here)."""

    __tablename__ = "cart"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), unique=True
    )
    changed_at: Mapped[datetime] = mapped_column(Moment, index=True)


class CartItem(Base):
    """A course in a cart for so many `people`; it holds no seat. `seen` is how it was when it was
    put in (`cart.changes`), so that a change can be said in words.
    """

    __tablename__ = "cart_item"
    __table_args__ = (UniqueConstraint("cart_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    people: Mapped[int] = mapped_column(default=1)
    seen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    course: Mapped[Course] = relationship(lazy="raise_on_sql")


class BookingDraft(Base):
    """An Anmeldeformular that was opened, before the last click. `key` stands in its address and
    makes the booking idempotent: one draft becomes at most one request.

    It belongs to a customer, or to a visitor who holds the token of a cart (digest here). `account`
    is the bank account that a guest typed, as JSON.
    """

    __tablename__ = "booking_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str | None] = mapped_column(text_of(64), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    account: Mapped[str | None] = mapped_column(Encrypted)
    changed_at: Mapped[datetime] = mapped_column(Moment, index=True)
