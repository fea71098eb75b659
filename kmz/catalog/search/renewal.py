"""Bringing the index up to date: the changed courses where that is enough, else everything."""

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from kmz import clock
from kmz.catalog.search.corpus import (
    Place,
    RawCourse,
    Shared,
    Version,
    changed_ids,
    read_courses,
    read_shared,
    read_version,
)
from kmz.catalog.search.entries import Entry, make_entry
from kmz.catalog.search.index import Texts, WordIndex
from kmz.catalog.search.snapshot import Snapshot, make_snapshot
from kmz.db import db


def current_version() -> Version:
    """The state of the catalogue in the database now, asked outside of the request's session."""
    with Session(db.engine) as session:
        return read_version(session)


def is_old(snapshot: Snapshot, version: Version) -> bool:
    """The catalogue has changed since, or a new day has begun (courses have started or ended)."""
    return snapshot.version != version or snapshot.built_on != clock.today()


def build(session: Session, present: Snapshot | None) -> Snapshot:
    """An index of all published courses: the present one if nothing changed.

    The version is read first: a change during the build makes the index old at once, never new by
    mistake.
    """
    version = read_version(session)
    if present is None or present.version.number < version.rebuilt_in:
        return _anew(session, version)
    return _updated(session, present, version) if is_old(present, version) else present


def _anew(session: Session, version: Version) -> Snapshot:
    read = _Read(read_shared(session))
    index = WordIndex()
    searcher = index.replace((), read.texts(read_courses(session)))
    return make_snapshot(
        version=version,
        today=clock.today(),
        index=index,
        searcher=searcher,
        shared=read.shared,
        entries=read.entries,
        places=read.places,
    )


def _updated(session: Session, present: Snapshot, version: Version) -> Snapshot:
    ids = changed_ids(session, since=present.version.number)
    # A course may have brought a new semester or Programmbereich with it.
    read = _Read(read_shared(session) if ids else present.shared)
    searcher = present.asker.searcher
    if ids:
        searcher = present.index.replace(ids, read.texts(read_courses(session, ids)))
    changed = set(ids)
    kept = [entry for entry in present.entries if entry.card.id not in changed]
    return make_snapshot(
        version=version,
        today=clock.today(),
        index=present.index,
        searcher=searcher,
        shared=read.shared,
        entries=[*kept, *read.entries],
        places=present.places | read.places,
    )


class _Read:
    """Takes courses in one after the other, so that never all their texts are in memory."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.entries: list[Entry] = []
        self.places: dict[int, Place] = {}

    def texts(self, courses: Iterable[RawCourse]) -> Iterator[Texts]:
        for course in courses:
            entry, texts = make_entry(course, self.shared)
            self.entries.append(entry)
            self.places |= course.parts.places
            yield texts
