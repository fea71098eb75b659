"""The search itself: questions to the present index, and its renewal in the background."""

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from flask import Flask
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.catalog.search import suggestions
from kmz.catalog.search.answer import Selection, answer, select
from kmz.catalog.search.cards import CourseCard
from kmz.catalog.search.criteria import PAGE_SIZE, Criteria
from kmz.catalog.search.distance import position_of
from kmz.catalog.search.matches import Matches, match
from kmz.catalog.search.openings import Openings, read_fingerprint, read_openings
from kmz.catalog.search.renewal import build, current_version, is_old
from kmz.catalog.search.results import SearchResult, Suggestion
from kmz.catalog.search.snapshot import Snapshot
from kmz.db import db

_CHECK_EVERY = 0.5
_SEATS_EVERY = 2.0
_KEPT_ANSWERS, _KEPT_WORDS = 500, 300


class Present:
    """One state of the catalogue and its seats, with the answers it gave.

    Many people ask the same. An answer belongs to its state, so it cannot be too old; words are
    kept over changes of seats.
    """

    def __init__(self, snapshot: Snapshot, openings: Openings, earlier: "Present | None") -> None:
        self.snapshot, self.openings = snapshot, openings
        same = earlier is not None and earlier.snapshot is snapshot
        self.match: Callable[[str], Matches | None] = (
            earlier.match if earlier and same else _kept_matches(snapshot)
        )
        self.search = lru_cache(maxsize=_KEPT_ANSWERS)(self._search)

    def select(self, criteria: Criteria) -> Selection:
        return select(self.snapshot, self.openings.bits, self.match(criteria.words), criteria)

    def _search(self, criteria: Criteria, page_size: int) -> SearchResult:
        return answer(self.select(criteria), criteria, page_size=page_size)


def _kept_matches(snapshot: Snapshot) -> Callable[[str], Matches | None]:
    @lru_cache(maxsize=_KEPT_WORDS)
    def matches(words: str) -> Matches | None:
        return match(snapshot, words)

    return matches


class CatalogSearch:
    """Answers from the newest finished index; building another never holds a request up."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._present: Present | None = None
        self._checked_at = self._seats_checked_at = 0.0
        self._building = threading.Lock()
        self._renewal: threading.Thread | None = None

    def snapshot(self) -> Snapshot:
        """The present index; the first caller builds it, later changes are built beside."""
        return self.present().snapshot

    def present(self) -> Present:
        """The present index with its openings; looks now and then whether both are still true."""
        present = self._present
        if present is None:
            self.refresh()
            return self.present()
        now = time.monotonic()
        if now - self._checked_at > _CHECK_EVERY:
            self._checked_at = now
            seats_due = now - self._seats_checked_at > _SEATS_EVERY
            if seats_due or is_old(present.snapshot, current_version()):
                self._start_renewal()
        return present

    def refresh(self) -> Snapshot:
        """Renew now and wait for it; a renewal that runs already is waited for."""
        with self._building:
            present = self._renewed(self._present)
            self._present = present
            self._checked_at = self._seats_checked_at = time.monotonic()
            return present.snapshot

    def _renewed(self, present: Present | None) -> Present:
        now = clock.now()
        # A session of its own: that of the request may still see an older state.
        with Session(db.engine) as session:
            snapshot = build(session, present.snapshot if present else None)
            if present is not None and snapshot is present.snapshot:
                fingerprint = read_fingerprint(session)
                if fingerprint == present.openings.fingerprint and present.openings.is_valid(now):
                    return present
            return Present(snapshot, read_openings(session, snapshot, now), present)

    def _start_renewal(self) -> None:
        runs = self._renewal is not None and self._renewal.is_alive()
        if not runs and not self._building.locked():
            self._renewal = threading.Thread(target=self._renew, name="kmz-search", daemon=True)
            self._renewal.start()

    def settle(self) -> None:
        """Wait until a renewal that was started is over, so that its connection is given back."""
        if self._renewal is not None:
            self._renewal.join()

    def _renew(self) -> None:
        try:
            with self._app.app_context():
                self.refresh()
        except Exception:  # the old index goes on answering, the next check tries again
            log.error("search.rebuild_failed")

    def card(self, course_id: int) -> CourseCard | None:
        """The card of one published course."""
        snapshot = self.snapshot()
        position = snapshot.positions.get(course_id)
        return None if position is None else snapshot.entries[position].card

    def search(self, criteria: Criteria, *, page_size: int = PAGE_SIZE) -> SearchResult:
        """One page of what fits; a word that no course has stands for similar ones."""
        return self.present().search(criteria, page_size)

    def suggest(self, text: str) -> list[Suggestion]:
        """What to look for, for what was typed so far."""
        present = self.present()
        matches = present.match(text)
        return suggestions.suggest(present.snapshot, present.openings.bits, matches, text)

    def knows_postal_code(self, postal_code: str) -> bool:
        """Whether distances from there can be told."""
        return position_of(postal_code, self.snapshot().places.values()) is not None
