"""What people may ask about themselves (Art. 15 and 20 GDPR, L26): every domain lists its part.

A list of columns says for each record what stands in the JSON file and what a person reads.
`docs/sicherheit.md` shows all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a record: its name in the JSON file and its German label.

    `read` takes the value from the row (by default the attribute of that name). `shown` gives the
    words of the readable file where they differ: money, names of states, a masked IBAN. `columns`
    describe the records of a list.
    """

    key: str
    label: str
    read: Callable[[Any], Any] | None = None
    shown: Callable[[Any], str] | None = None
    columns: "tuple[Column, ...]" = ()

    def value_of(self, row: Any) -> Any:
        return self.read(row) if self.read else getattr(row, self.key)


@dataclass(frozen=True, slots=True)
class Section:
    """The records of one kind. `tables` are those it tells of, `rows` reads a customer's rows."""

    key: str
    title: str
    tables: tuple[str, ...]
    rows: Callable[[int], Sequence[Any]]
    columns: tuple[Column, ...]
