"""Answers kept for a second: what many visitors ask for at once is asked of the database once."""

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from flask import current_app

from kmz.db import commit_count

Answer = TypeVar("Answer")

_SECONDS = 1.0
_ENTRIES = 200


class BriefMemory(Generic[Answer]):
    """Keeps answers for at most a second, and only until this process writes anything.

    So nobody sees less than what was done in this process, and other processes' writes show within
    a second. Only for what is the same for everybody: never keep what belongs to one person.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, int, Answer]] = {}

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The kept answer to this question, or a fresh one."""
        before, now = commit_count(), time.monotonic()
        entry = self._kept.get(key)
        if entry is not None and entry[0] > now and entry[1] == before:
            return entry[2]
        answer = make()
        if len(self._kept) >= _ENTRIES:
            self._kept.clear()  # all of them are old within the second anyway
        self._kept[key] = (now + _SECONDS, before, answer)
        return answer


def brief_memory(name: str) -> BriefMemory[Any]:
    """The memory of this name of the current app."""
    memories: dict[str, BriefMemory[Any]] = current_app.extensions.setdefault("kmz_brief", {})
    return memories.setdefault(name, BriefMemory())
