"""Noting courses on the Merkliste (U40)."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.catalog import notes
from kmz.catalog.models import WatchlistItem
from kmz.catalog.notes import Note
from kmz.catalog.watchlist_queries import notes_now, notes_of
from kmz.db import one_at_a_time, transaction
from kmz.errors import Problem, RefusedError


def no_room(limit: int) -> Problem:
    """The Merkliste is full."""
    return Problem("watchlist.full", f"Auf der Merkliste ist Platz für {limit} Kurse.")


def watch_course(customer_id: int, course_id: int) -> None:
    """Note a course as it is now; noting it twice changes nothing. RefusedError when the list is
    full.
    """
    if watch_courses(customer_id, [course_id]):
        raise RefusedError(no_room(notes.MAX_CUSTOMER))


def watch_courses(customer_id: int, course_ids: Sequence[int]) -> int:
    """Note courses as they are now; for how many there was no room."""
    with transaction():
        present = notes_now(course_ids)
        return adopt_notes(
            customer_id, [present[course_id] for course_id in course_ids if course_id in present]
        )


def adopt_notes(customer_id: int, found: Sequence[Note]) -> int:
    """Take over what was noted elsewhere, the newest first, without doubles; for how many there
    was no room.
    """
    with transaction() as session:
        one_at_a_time(session, f"watchlist {customer_id}")
        known = {note.course_id for note in notes_of(customer_id)}
        present = notes_now(note.course_id for note in found)
        new = [note for note in found if note.course_id in present.keys() - known]
        room = max(0, notes.MAX_CUSTOMER - len(known))
        session.add_all(_item(customer_id, note) for note in reversed(new[:room]))
    return len(new[room:])


def _item(customer_id: int, note: Note) -> WatchlistItem:
    return WatchlistItem(
        customer_id=customer_id,
        course_id=note.course_id,
        added_at=clock.now(),
        noted_state=note.state,
        noted_sessions=note.sessions,
    )


def unwatch_courses(customer_id: int, course_ids: Collection[int]) -> None:
    """Take courses off the Merkliste; those that are not on it change nothing."""
    with transaction() as session:
        session.execute(
            delete(WatchlistItem).where(
                WatchlistItem.customer_id == customer_id, WatchlistItem.course_id.in_(course_ids)
            )
        )


def note_anew(customer_id: int) -> None:
    """The customer has seen the changes: from now on only what changes later is one."""
    with transaction() as session:
        before = notes_of(customer_id)
        present = notes_now(note.course_id for note in before)
        for note in set(present.values()) - set(before):
            session.execute(
                update(WatchlistItem)
                .where(
                    WatchlistItem.customer_id == customer_id,
                    WatchlistItem.course_id == note.course_id,
                )
                .values(noted_state=note.state, noted_sessions=note.sessions)
            )


def forget_watchlist(session: Session, customer_id: int) -> None:
    """Empty the Merkliste of a leaving customer; part of the caller's transaction (L28)."""
    session.execute(delete(WatchlistItem).where(WatchlistItem.customer_id == customer_id))
