"""Where courses happen and who teaches them.

Names and addresses stay as they are: another one is another row. Whoever changes that raises the
version of the courses there (`Course.version`).
"""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.db import Base, text_of


class Venue(Base):
    """A place where courses happen. The same name may stand for several addresses."""

    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("name", "street", "postal_code", "city"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(text_of(150))
    street: Mapped[str] = mapped_column(text_of(150), default="")
    postal_code: Mapped[str] = mapped_column(text_of(10), default="")
    city: Mapped[str] = mapped_column(text_of(100), default="")


class Room(Base):
    """A room of a venue; the room named "" stands for the venue as a whole."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("venue_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str] = mapped_column(text_of(100), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accessible: Mapped[bool | None]
    venue: Mapped[Venue] = relationship(lazy="raise_on_sql")


class Instructor(Base):
    """A Kursleitung, known to the public by name only."""

    __tablename__ = "instructor"
    __table_args__ = (UniqueConstraint("title", "first_name", "last_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    salutation: Mapped[str] = mapped_column(text_of(20), default="")
    title: Mapped[str] = mapped_column(text_of(40), default="")
    first_name: Mapped[str] = mapped_column(text_of(100), default="")
    last_name: Mapped[str] = mapped_column(text_of(100))

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)
