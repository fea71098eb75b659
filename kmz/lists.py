"""What the office's lists have in common: what is asked for, and one page of what was found."""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from kmz.db import db

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What somebody looks for: one of the list's states, words, the page (from 1)."""

    state: str = "open"
    words: str = ""
    page: int = 1


def has_words(
    words: str, *columns: ColumnElement[str] | InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Whether one of the columns contains the words; signs of LIKE mean themselves."""
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def one_page(query: Select[_Row], page: int, size: int) -> tuple[list[_Row], int]:
    """The rows of an ordered query on this page, and how many there are in all."""
    everything = query.order_by(None).subquery()
    total = db.session.scalar(select(func.count()).select_from(everything)) or 0
    return list(db.session.scalars(query.limit(size).offset((page - 1) * size))), total
