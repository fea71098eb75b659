"""The line before the doors when a programme opens."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class QueueTicket(Base):
    """A place in the line: the order is that of the ids. The browser holds the token (digest here).

    `admitted_at` says since when its holder may book; who is not seen any more gives the place up.
    """

    __tablename__ = "queue_ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    drawn_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)
    admitted_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
