"""The office's lines of words that mean the same; the search reads everything again after each."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.catalog.actions.version import rebuild_search
from kmz.catalog.models import SynonymGroup
from kmz.catalog.search.words import fold
from kmz.catalog.synonym_lines import line_problems, shipped_lines, terms_of, tidy
from kmz.db import transaction, violated
from kmz.errors import NotFoundError, Problem, RefusedError

TAKEN = Problem("synonyms.taken", "Diese Zeile gibt es schon.", "words")


def add_synonyms(words: str, *, by: Actor) -> SynonymGroup:
    """A new line; RefusedError where it is no line of synonyms or stands already."""
    group = SynonymGroup(words=_checked(words), changed_at=clock.now())
    try:
        with transaction() as session:
            _add(session, group, by)
            rebuild_search(session)
    except IntegrityError as error:
        raise _translated(error) from error
    return group


def change_synonyms(group_id: int, words: str, *, by: Actor) -> None:
    """Other words in a line; RefusedError as for a new one, NotFoundError when it is gone."""
    line = _checked(words)
    try:
        with transaction() as session:
            group = _get(session, group_id)
            before, group.words, group.changed_at = group.words, line, clock.now()
            session.flush()
            _note(session, "synonyms.changed", group, by, before=before, words=line)
            rebuild_search(session)
    except IntegrityError as error:
        raise _translated(error) from error


def delete_synonyms(group_id: int, *, by: Actor) -> str:
    """Take a line away; its words."""
    with transaction() as session:
        group = _get(session, group_id)
        session.delete(group)
        _note(session, "synonyms.deleted", group, by, words=group.words)
        rebuild_search(session)
        return group.words


def take_over_shipped(*, by: Actor) -> int:
    """Add the shipped lines of which the office has none of the words yet; how many."""
    with transaction() as session:
        lines = session.scalars(select(SynonymGroup.words)).all()
        known = {fold(term) for line in lines for term in terms_of(line)}
        missing = [
            line
            for line in shipped_lines()
            if known.isdisjoint(fold(term) for term in terms_of(line))
        ]
        for line in missing:
            _add(session, SynonymGroup(words=line, changed_at=clock.now()), by)
        if missing:
            rebuild_search(session)
        return len(missing)


def _checked(words: str) -> str:
    problems = line_problems(words)
    if problems:
        raise RefusedError(*problems)
    return tidy(words)


def _get(session: Session, group_id: int) -> SynonymGroup:
    group = session.get(SynonymGroup, group_id)
    if group is None:
        raise NotFoundError
    return group


def _add(session: Session, group: SynonymGroup, by: Actor) -> None:
    session.add(group)
    session.flush()
    _note(session, "synonyms.added", group, by, words=group.words)


def _note(session: Session, action: str, group: SynonymGroup, by: Actor, **details: str) -> None:
    record(session, action, by=by, kind="synonyms", object_id=group.id, **details)


def _translated(error: IntegrityError) -> Exception:
    return RefusedError(TAKEN) if violated(error, "uq_synonym_group_words") else error
