"""What workers do with the files that staff handed in: previews, then imports.

A worker claims a run for five minutes and renews the claim after every batch, so two never work on
the same one, and a run whose worker died is taken up again. That is harmless: imports are
idempotent.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kmz import clock, log
from kmz.accounts.models import StaffUser
from kmz.audit.actions import SYSTEM, Actor
from kmz.catalog.imports.formats import format_of
from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.missing import ShrinkingFeedError
from kmz.catalog.imports.run import ImportOrder, import_courses
from kmz.catalog.models import ImportFile, ImportRun
from kmz.db import count_changed, db, transaction

HOLD = timedelta(minutes=5)
_BROKEN = (
    "Der Import ist an einem unerwarteten Fehler gescheitert. Der Betrieb findet ihn im Protokoll "
    "unter „import.failed“."
)
_working = threading.Lock()


@dataclass(slots=True)
class _Claim:
    """A run that is this worker's until a moment; `until` also tells whose it is."""

    run_id: int
    until: datetime
    is_preview: bool

    def renew(self) -> None:
        """Between two batches. _ClaimLostError where the run went to another worker, or away."""
        until = clock.now() + HOLD
        with transaction() as session:
            mine = update(ImportRun).where(*self.is_mine()).values(claimed_until=until)
            if not count_changed(session, mine):
                raise _ClaimLostError
        self.until = until

    def is_mine(self) -> tuple[ColumnElement[bool], ...]:
        return ImportRun.id == self.run_id, ImportRun.claimed_until == self.until


class _ClaimLostError(Exception):
    """Another worker has the run now, or staff discarded it."""


def start_work() -> None:
    """A job of the worker: let a thread of its own work on what is due, since mails must not wait
    for it.
    """
    if _working.locked() or not _due_ids():
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    threading.Thread(target=_work, args=(app,), name="kmz-imports", daemon=True).start()


def _work(app: Flask) -> None:
    if not _working.acquire(blocking=False):
        return
    try:
        with app.app_context():
            while work_once():
                pass
    except SQLAlchemyError:
        log.error("import.interrupted")
    finally:
        _working.release()


def work_once() -> bool:
    """Preview or take over one file; False where none is due.

    Where the database is away, that is raised: the claim ends by itself, and the run is due again.
    """
    claim = _claim()
    if claim is None:
        return False
    try:
        report = _import(claim)
    except _ClaimLostError:
        return True
    except (UnreadableFileError, ShrinkingFeedError) as error:
        _settle(claim, "failed", {"error": f"{error} Es wurde nichts geändert."})
    except (OperationalError, InterfaceError, PoolTimeoutError):
        raise
    except Exception:  # of a reader, or of a value: the next worker would fail alike
        log.error("import.failed", run=claim.run_id)
        _settle(claim, "failed", {"error": _BROKEN})
    else:
        _settle(claim, "previewed" if claim.is_preview else "done", report)
    return True


def _due_ids() -> list[int]:
    ids = list(db.session.scalars(select(ImportRun.id).where(*_is_due()).order_by(ImportRun.id)))
    db.session.rollback()
    return ids


def _is_due() -> tuple[ColumnElement[bool], ...]:
    free = or_(ImportRun.claimed_until.is_(None), ImportRun.claimed_until < clock.now())
    return ImportRun.state.in_(("waiting", "confirmed")), free


def _claim() -> _Claim | None:
    until = clock.now() + HOLD
    for run_id in _due_ids():
        with transaction() as session:
            mine = update(ImportRun).where(ImportRun.id == run_id, *_is_due())
            if count_changed(session, mine.values(claimed_until=until)):
                state = session.scalar(select(ImportRun.state).where(ImportRun.id == run_id))
                return _Claim(run_id, until, is_preview=state == "waiting")
    return None


def _import(claim: _Claim) -> dict[str, Any]:
    run = db.session.get(ImportRun, claim.run_id)
    data = db.session.scalar(select(ImportFile.data).where(ImportFile.run_id == claim.run_id))
    if run is None or data is None:
        raise _ClaimLostError
    order = ImportOrder(
        source=run.source,
        file_format=format_of(run.file_format, run.columns),
        is_full=run.is_full,
        dry_run=claim.is_preview,
        may_shrink=run.may_shrink,
        after_batch=claim.renew,
    )
    actor = _actor(run.confirmed_by_id)
    db.session.rollback()
    return import_courses(data, order, by=actor).as_data()


def _actor(staff_id: int | None) -> Actor:
    """Who took the file over; what is noted about them must not need the database again."""
    staff = db.session.get(StaffUser, staff_id) if staff_id else None
    return _Named(staff.actor_name) if staff else SYSTEM


@dataclass(frozen=True, slots=True)
class _Named:
    actor_name: str


def _settle(claim: _Claim, state: str, report: dict[str, Any]) -> None:
    """Write down how it went, unless the run is another's by now."""
    now = clock.now()
    is_over = state != "previewed"
    with transaction() as session:
        mine = update(ImportRun).where(*claim.is_mine())
        values = {"state": state, "report": report, "claimed_until": None}
        if not count_changed(session, mine.values(**values, finished_at=now if is_over else None)):
            return
        if is_over:
            session.execute(delete(ImportFile).where(ImportFile.run_id == claim.run_id))
    log.event("import.finished", run=claim.run_id, state=state)
