"""What the search needs to know of the catalogue."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class CatalogVersion(Base):
    """One row whose number rises with every change that the search must know of.

    Courses carry the number of their last change (`Course.changed_in`). `rebuilt_in` is the last
    number at which something changed that many courses share (a Programmbereich, a synonym): an
    index older than that is built anew, a younger one takes over the changed courses only.
    `changed_at` is when the number rose last (empty: before it was noted).
    """

    __tablename__ = "catalog_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    rebuilt_in: Mapped[int] = mapped_column(default=0)


class SynonymGroup(Base):
    """Words that mean the same to people who search: "Yoga, Joga", one line of the office."""

    __tablename__ = "synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(text_of(300), unique=True)
    changed_at: Mapped[datetime] = mapped_column(Moment)
