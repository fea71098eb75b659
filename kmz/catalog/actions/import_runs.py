"""What the office does with course files: hand them in, map columns, take over, discard."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.catalog import problems
from kmz.catalog.actions.column_mappings import save_columns
from kmz.catalog.imports.table.columns import lacking
from kmz.catalog.models import ImportFile, ImportRun
from kmz.db import transaction
from kmz.errors import NotFoundError, RefusedError
from kmz.mail.worker import wake

KEEP_RUNS = timedelta(days=90)
# A file that nobody takes over is not kept for ever.
KEEP_FILES = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFile:
    """A file as staff handed it in, looked at from outside."""

    name: str
    data: bytes
    format_name: str
    source: str
    is_full: bool
    columns: Mapping[str, str]


def hand_in(file: CourseFile, *, by: StaffUser) -> int:
    """Keep the file for the worker's preview; the run's id."""
    with transaction() as session:
        run = ImportRun(
            source=file.source,
            file_format=file.format_name,
            file_name=file.name,
            is_full=file.is_full,
            columns=dict(file.columns),
            **_beginning(file.format_name, file.columns),
            created_at=clock.now(),
            created_by_id=by.id,
        )
        session.add(run)
        session.flush()
        session.add(ImportFile(run_id=run.id, data=file.data))
        record(
            session, "import.handed_in", by=by, kind="import_run", object_id=run.id,
            source=run.source, format=run.file_format, size=len(file.data),
        )  # fmt: skip
        run_id = run.id
    wake()
    return run_id


def choose_columns(run_id: int, columns: Mapping[str, str], *, by: StaffUser) -> None:
    """Read the table with other columns; they are kept for the source ("" is no column)."""
    with transaction() as session:
        run = _open_run(session, run_id)
        run.columns = {field: name for field, name in columns.items() if name}
        run.claimed_until = None
        for name, value in _beginning(run.file_format, run.columns).items():
            setattr(run, name, value)
        save_columns(run.source, columns, by=by)
    wake()


def take_over(run_id: int, *, may_shrink: bool, by: StaffUser) -> None:
    """Let the worker import the file.

    RefusedError while the preview is not ready, or where the file would empty the programme and
    staff did not say that they know.
    """
    with transaction() as session:
        run = _open_run(session, run_id)
        if run.state != "previewed" or "lacks" in run.report:
            raise RefusedError(problems.NOT_READY)
        if run.report.get("shrinks") and not may_shrink:
            raise RefusedError(problems.SHRINKS)
        run.state, run.claimed_until = "confirmed", None
        run.may_shrink, run.confirmed_by_id = may_shrink, by.id
        record(session, "import.confirmed", by=by, kind="import_run", object_id=run.id)
    wake()


def discard(run_id: int, *, by: StaffUser) -> None:
    """Forget a file that shall not be taken over."""
    with transaction() as session:
        run = _open_run(session, run_id)
        record(session, "import.discarded", by=by, kind="import_run", object_id=run.id)
        session.delete(run)


def delete_old_runs() -> None:
    """Reports after 90 days; files that nobody took over after 7, with their runs."""
    now = clock.now()
    with transaction() as session:
        idle = select(ImportFile.run_id)
        for condition in (
            ImportRun.created_at < now - KEEP_RUNS,
            (ImportRun.created_at < now - KEEP_FILES) & ImportRun.id.in_(idle),
        ):
            session.execute(
                delete(ImportRun).where(condition),
                execution_options={"synchronize_session": False},
            )


def _beginning(format_name: str, columns: Collection[str]) -> dict[str, Any]:
    """A table that lacks what it needs waits for staff, everything else for a worker."""
    lacks = lacking(columns) if format_name == "csv" else []
    return {
        "state": "previewed" if lacks else "waiting",
        "report": {"lacks": lacks} if lacks else {},
    }


def _open_run(session: Session, run_id: int) -> ImportRun:
    run = session.scalar(select(ImportRun).where(ImportRun.id == run_id).with_for_update())
    if run is None:
        raise NotFoundError
    if run.is_over or run.state == "confirmed":
        raise RefusedError(problems.DECIDED_ALREADY)
    return run
