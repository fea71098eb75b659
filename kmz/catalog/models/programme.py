"""How the programme is ordered: Programmbereiche and semesters."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.db import Base, text_of


class ProgramArea(Base):
    """A Programmbereich (`parent_id` empty, code "4") or one of its Fachgebiete (code "4.06")."""

    __tablename__ = "program_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(text_of(10), unique=True)
    name: Mapped[str] = mapped_column(text_of(120))
    slug: Mapped[str] = mapped_column(text_of(60), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("program_area.id"), index=True)
    parent: Mapped["ProgramArea | None"] = relationship(
        remote_side="ProgramArea.id", lazy="raise_on_sql"
    )

    @property
    def line(self) -> str:
        """ "Sprachen · Italienisch"; `parent` must be loaded."""
        return f"{self.parent.name} · {self.name}" if self.parent else self.name


class Semester(Base):
    """Code "271" is the first semester of 2027. A course belongs to one; its number need not say
    so.
    """

    __tablename__ = "semester"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(text_of(10), unique=True)
    name: Mapped[str] = mapped_column(text_of(60))
