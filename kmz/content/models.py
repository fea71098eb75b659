"""Texts and their versions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class TextVersion(Base):
    """One version of a page's text; the newest one is shown, older ones stay (L05, L06).

    Pages that nobody edited have no row: the text shipped with the product counts as version 1.
    """

    __tablename__ = "text_version"
    __table_args__ = (UniqueConstraint("page", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(text_of(40))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(text_of(150))
    body_html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
