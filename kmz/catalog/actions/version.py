"""Telling the search that the catalogue changed."""

from collections.abc import Collection

from sqlalchemy import bindparam, text, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.catalog.models import Course
from kmz.db import Moment

# Both databases speak this form; it needs no second try when two make the first row at once.
_BUMP = text(
    "INSERT INTO catalog_version (id, number, rebuilt_in, changed_at) VALUES (1, 1, 1, :now) "
    "ON CONFLICT (id) DO UPDATE SET number = catalog_version.number + 1, "
    "changed_at = excluded.changed_at RETURNING number"
).bindparams(bindparam("now", type_=Moment()))
_REBUILT = text("UPDATE catalog_version SET rebuilt_in = number")


def bump_catalog_version(session: Session) -> int:
    """Raise the version in the transaction that changes courses; locks its row until the end.

    Courses that are made or changed carry the number in `changed_in`; `mark_changed` writes it.
    """
    return int(session.scalar(_BUMP, {"now": clock.now()}) or 0)


def mark_changed(session: Session, course_ids: Collection[int]) -> None:
    """Let the search read these courses again: new, changed, or no longer published."""
    number = bump_catalog_version(session)
    session.execute(
        update(Course).where(Course.id.in_(course_ids)).values(changed_in=number),
        execution_options={"synchronize_session": False},
    )


def rebuild_search(session: Session) -> None:
    """Let the search read everything again: something changed that many courses share."""
    bump_catalog_version(session)
    session.execute(_REBUILT)
