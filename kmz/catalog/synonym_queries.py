"""Reading the office's lines of words that mean the same."""

from dataclasses import dataclass

from sqlalchemy import select

from kmz.catalog.models import SynonymGroup
from kmz.catalog.search.words import fold
from kmz.catalog.synonym_lines import shared_terms
from kmz.db import db
from kmz.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class SynonymLine:
    """A line, and which of its words stand in another line too."""

    group: SynonymGroup
    shared: tuple[str, ...]


def list_synonyms() -> list[SynonymLine]:
    """All lines, sorted by their first word."""
    groups = db.session.scalars(select(SynonymGroup)).all()
    lines = [
        SynonymLine(
            group,
            tuple(
                shared_terms(group.words, (other.words for other in groups if other is not group))
            ),
        )
        for group in groups
    ]
    return sorted(lines, key=lambda line: fold(line.group.words))


def get_synonyms(group_id: int) -> SynonymGroup:
    """One line; NotFoundError when it is gone."""
    group = db.session.get(SynonymGroup, group_id)
    if group is None:
        raise NotFoundError
    return group
