"""Answers kept briefly: what many visitors ask for at once is asked of the database once."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar

from flask import current_app

from kmz.db import commit_count

Answer = TypeVar("Answer")

_SECONDS = 1.0
# For what `still_holds` does not know: texts around a page that another process has changed.
_AT_MOST = 10.0
_ENTRIES = 450


class _Entry(NamedTuple, Generic[Answer]):
    """An answer, when it was made and last found to hold (seconds), and after how many writes."""

    answer: Answer
    made_at: float
    looked_at: float
    commits: int


class BriefMemory(Generic[Answer]):
    """Keeps answers for a second, and only until this process writes anything.

    So nobody sees less than what was done in this process, and other processes' writes show within
    a second. Only for what is the same for everybody: never keep what belongs to one person.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Entry[Answer]] = {}
        self._making: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(
        self,
        key: Hashable,
        make: Callable[[], Answer],
        *,
        still_holds: Callable[[Answer], bool] = lambda _: False,
    ) -> Answer:
        """The kept answer to this question, or a fresh one.

        `still_holds` may tell of an answer whose second is over that it would be made the same; so
        it is kept for ten seconds in all.
        """
        entry, asked_at = self._fresh(key, still_holds), time.monotonic()
        if entry is not None:
            return entry.answer
        with self._guard:
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                # Who asks for the same at once waits for the one who makes it, or the next.
                entry = self._kept.get(key)
                if entry is not None and entry.made_at >= asked_at:
                    return entry.answer
                entry = self._fresh(key, still_holds)
                return entry.answer if entry is not None else self._made(key, make)
        finally:
            self._making.pop(key, None)

    def _fresh(
        self, key: Hashable, still_holds: Callable[[Answer], bool]
    ) -> "_Entry[Answer] | None":
        entry, now = self._kept.get(key), time.monotonic()
        if entry is None or entry.commits != commit_count():
            return None
        if entry.looked_at + _SECONDS > now:
            return entry
        if entry.made_at + _AT_MOST <= now or not still_holds(entry.answer):
            return None
        self._kept[key] = entry._replace(looked_at=now)
        return entry

    def _made(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        commits, now = commit_count(), time.monotonic()
        answer = make()
        with self._guard:
            self._kept.pop(key, None)
            while len(self._kept) >= _ENTRIES:
                del self._kept[next(iter(self._kept))]  # the oldest
            self._kept[key] = _Entry(answer, now, now, commits)
        return answer


def brief_memory(name: str) -> BriefMemory[Any]:
    """The memory of this name of the current app."""
    memories: dict[str, BriefMemory[Any]] = current_app.extensions.setdefault("kmz_brief", {})
    return memories.setdefault(name, BriefMemory())
