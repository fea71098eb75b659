"""What was asked for lately, kept for as long as its key says that it is true."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from flask import current_app

Value = TypeVar("Value")


class RecentMemory(Generic[Value]):
    """So many values, the latest; only for what is the same for everybody.

    Nothing here grows old by itself: the key has to name the version of what is kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._guard = threading.Lock()

    def remember(self, key: Hashable, value: Value) -> None:
        with self._guard:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def at(self, key: Hashable) -> Value | None:
        """The value, or None where this process does not know it (any more)."""
        return self._kept.get(key)


def recent_memory(name: str, size: int) -> RecentMemory[Any]:
    """The memory of this name of the current app."""
    memories: dict[str, RecentMemory[Any]] = current_app.extensions.setdefault("kmz_recent", {})
    return memories.setdefault(name, RecentMemory(size))
