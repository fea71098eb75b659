"""What imports remember."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class CourseSource(Base):
    """Where an imported course came from.

    `digest` tells whether the record changed since,
    `missing_since` that the last full feed no longer had it: then the import took it offline.
    """

    __tablename__ = "course_source"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    course_id: Mapped[int] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(text_of(40))
    external_id: Mapped[str] = mapped_column(text_of(80))
    digest: Mapped[str] = mapped_column(text_of(64))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    missing_since: Mapped[datetime | None] = mapped_column(Moment)


class ColumnMapping(Base):
    """Which column of a house's table (CSV, XLSX) means which of our fields; kept per source."""

    __tablename__ = "column_mapping"

    source: Mapped[str] = mapped_column(text_of(40), primary_key=True)
    columns: Mapped[dict[str, str]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class ImportRun(Base):
    """A course file that staff handed in: first looked through, then, on their word, taken over.

    `state`: "waiting" for the preview, "previewed", "confirmed" (to be taken over), "done" or
    "failed". `is_full` says that the file holds everything of its source, so what is missing in it
    goes offline; `may_shrink` that staff want that even where it is more than half. `columns` are
    those of a table, by field. `report` is an `ImportReport.as_data()`, or {"error": …}.
    `claimed_until` keeps other workers away.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'previewed', 'confirmed', 'done', 'failed')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(text_of(40))
    file_format: Mapped[str] = mapped_column(text_of(20))
    file_name: Mapped[str] = mapped_column(text_of(200))
    is_full: Mapped[bool] = mapped_column(default=False)
    may_shrink: Mapped[bool] = mapped_column(default=False)
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(text_of(20), default="waiting")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_user.id", ondelete="SET NULL")
    )
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_user.id", ondelete="SET NULL")
    )
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_over(self) -> bool:
        return self.state in {"done", "failed"}


class ImportFile(Base):
    """The bytes of a run's file, until the run is over.

    Apart from the run, whose row changes with every batch: a database writes rows as a whole.
    """

    __tablename__ = "import_file"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True
    )
    data: Mapped[bytes] = mapped_column(LargeBinary)
