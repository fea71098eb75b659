"""Reading puzzles and the wrong answers to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import undefer

from kmz import clock
from kmz.accounts.models import LoginFailure
from kmz.db import db
from kmz.recovery.models import Puzzle
from kmz.recovery.puzzle import rules


def find_open_puzzle(
    key_hash: str, *, link_id: int, browser_hash: str, with_media: bool = False
) -> Puzzle | None:
    """The unanswered puzzle of this link in this browser; for everybody else there is none."""
    query = select(Puzzle).where(
        Puzzle.key_hash == key_hash,
        Puzzle.link_id == link_id,
        Puzzle.browser_hash == browser_hash,
        Puzzle.solved_at.is_(None),
        Puzzle.tries_left > 0,
        Puzzle.expires_at > clock.now(),
    )
    if with_media:
        query = query.options(undefer(Puzzle.media))
    return db.session.scalar(query)


@dataclass(frozen=True, slots=True)
class Guesser:
    """Whose wrong answers count together: a link's, and an address's (both as fingerprints)."""

    link_key: str
    address_key: str


def failures_of(guesser: Guesser) -> int:
    """How many wrong answers there were lately for the link."""
    return len(_failures(guesser))


def paused_until(guesser: Guesser) -> datetime | None:
    """Until when no answer is taken for this link or from this address; None: now."""
    for_link = _failures(guesser)
    if len(for_link) >= rules.MAX_GUESSES:
        return for_link[-rules.MAX_GUESSES] + rules.LINK_WINDOW
    until = rules.pause_until(len(for_link), for_link[-1] if for_link else None)
    if until is not None and until > clock.now():
        return until
    return paused_from_here(guesser)


def paused_from_here(guesser: Guesser) -> datetime | None:
    """Until when no answer is taken from this address, whatever it is about."""
    same_address = LoginFailure.address_key == guesser.address_key
    moments = _moments(same_address, rules.ADDRESS_WINDOW)
    if len(moments) < rules.MAX_GUESSES:
        return None
    return moments[-rules.MAX_GUESSES] + rules.ADDRESS_WINDOW


def _failures(guesser: Guesser) -> list[datetime]:
    return _moments(LoginFailure.account_key == guesser.link_key, rules.LINK_WINDOW)


def _moments(condition: ColumnElement[bool], window: timedelta) -> list[datetime]:
    """When somebody answered wrongly, the oldest first; never many, they end in a pause."""
    query = (
        select(LoginFailure.at)
        .where(condition, LoginFailure.at > clock.now() - window)
        .order_by(LoginFailure.at)
    )
    return list(db.session.scalars(query))
