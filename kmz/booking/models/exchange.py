"""Ways out of the portal: the customer's calendar, the office's own administration."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class CalendarFeed(Base):
    """The personal calendar of a customer, behind a token that can be renewed (digest here)."""

    __tablename__ = "calendar_feed"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class KuferExport(Base):
    """A booking request that was handed to Kufer as a file, exactly once."""

    __tablename__ = "kufer_export"

    request_id: Mapped[int] = mapped_column(
        ForeignKey("booking_request.id", ondelete="CASCADE"), primary_key=True
    )
    file_name: Mapped[str] = mapped_column(text_of(80), unique=True)
    exported_at: Mapped[datetime] = mapped_column(Moment)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)


class KuferCorrection(Base):
    """A booking that ended after it went to Kufer, and that the office has ended there as well: the
    format of the files knows no Storno.
    """

    __tablename__ = "kufer_correction"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True
    )
    done_at: Mapped[datetime] = mapped_column(Moment)
    done_by: Mapped[str] = mapped_column(text_of(40))
