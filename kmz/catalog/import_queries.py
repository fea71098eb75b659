"""Reading what imports remember."""

from sqlalchemy import func, select

from kmz import clock
from kmz.catalog.imports.table.cells import Table, read_table
from kmz.catalog.models import ColumnMapping, ImportFile, ImportRun
from kmz.db import db
from kmz.errors import NotFoundError

PAGE_SIZE = 50


def kept_columns(source: str) -> dict[str, str]:
    """The columns by field as they were chosen for this source; empty for a new one."""
    kept = db.session.get(ColumnMapping, source)
    return dict(kept.columns) if kept else {}


def list_runs(page: int) -> tuple[list[ImportRun], int]:
    """One page of runs, the newest first, and how many there are in all."""
    total = db.session.scalar(select(func.count()).select_from(ImportRun)) or 0
    query = select(ImportRun).order_by(ImportRun.id.desc())
    runs = db.session.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return list(runs), total


def get_run(run_id: int) -> ImportRun:
    run = db.session.get(ImportRun, run_id)
    if run is None:
        raise NotFoundError
    return run


def is_at_work(run: ImportRun) -> bool:
    """Whether a worker has the run right now."""
    return run.claimed_until is not None and run.claimed_until > clock.now()


def table_of(run: ImportRun) -> Table | None:
    """The table of a run that is not over; None for other formats."""
    if run.file_format != "csv" or run.is_over:
        return None
    data = db.session.scalar(select(ImportFile.data).where(ImportFile.run_id == run.id))
    return read_table(data) if data else None
