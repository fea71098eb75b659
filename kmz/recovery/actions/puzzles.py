"""Setting a puzzle and answering it: on the server, once, by one browser (REC-02 … REC-05)."""

from enum import Enum
from hmac import compare_digest

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import LoginFailure
from kmz.audit.actions import SYSTEM, record
from kmz.crypto import Vault, new_token, token_digest
from kmz.db import count_changed, transaction
from kmz.recovery import puzzle_queries as queries
from kmz.recovery.models import Puzzle, RecoveryLink
from kmz.recovery.puzzle import rules
from kmz.recovery.puzzle.rules import Riddle
from kmz.recovery.puzzle_queries import Guesser


class Verdict(Enum):
    """What an answer came to. `GONE`: there is no such puzzle for this browser (any more)."""

    RIGHT = "right"
    WRONG = "wrong"
    GONE = "gone"
    PAUSED = "paused"


def guesser_of(link_id: int | None, address: str, vault: Vault) -> Guesser:
    """Under which names wrong answers are counted, apart from failed logins; without a link only
    the address matters.
    """
    return Guesser(
        vault.fingerprint(f"recovery-link:{link_id}"),
        vault.fingerprint(f"recovery-from:{address}"),
    )


def set_puzzle(
    link_id: int, browser_hash: str, riddle: Riddle, *, guesser: Guesser, vault: Vault
) -> str:
    """Put a puzzle in front of a link, in place of this browser's one before; its key."""
    key, now = new_token(), clock.now()
    with transaction() as session:
        _lock(session, link_id)
        session.execute(
            delete(Puzzle).where(Puzzle.link_id == link_id, Puzzle.browser_hash == browser_hash)
        )
        session.add(
            Puzzle(
                key_hash=token_digest(key),
                link_id=link_id,
                browser_hash=browser_hash,
                kind=riddle.kind,
                question=riddle.question,
                answer_hash=_fingerprint(vault, token_digest(key), riddle.answer),
                media=riddle.media,
                tries_left=rules.tries_left(queries.failures_of(guesser)),
                expires_at=now + rules.PUZZLE_LIFETIME,
            )
        )
    return key


def answer_puzzle(
    key: str, answer: str, *, link_id: int, browser_hash: str, guesser: Guesser, vault: Vault
) -> Verdict:
    """Compare an answer in its normal form; whatever it is, it is the only one to this puzzle.

    The link is locked first, so that answers sent at once are counted one after the other.
    """
    with transaction() as session:
        link = _lock(session, link_id)
        puzzle = queries.find_open_puzzle(
            token_digest(key), link_id=link_id, browser_hash=browser_hash
        )
        if puzzle is None:
            return Verdict.GONE
        if queries.paused_until(guesser):
            return Verdict.PAUSED
        now, kind, customer_id = clock.now(), puzzle.kind, link.customer_id
        puzzle.expires_at, puzzle.media = now, None
        given = _fingerprint(vault, puzzle.key_hash, answer)
        is_right = compare_digest(puzzle.answer_hash, given)
        if is_right:
            puzzle.solved_at = link.solved_at = now
            link.browser_hash = browser_hash
            record(
                session, "recovery.puzzle_solved", by=SYSTEM, kind="customer", object_id=customer_id
            )
        else:
            _count(session, guesser)
    if is_right:
        log.event("puzzle.solved", kind=kind, customer=customer_id)
        return Verdict.RIGHT
    log.warn("puzzle.failed", kind=kind, customer=customer_id)
    return Verdict.WRONG


def note_wrong_code(guesser: Guesser) -> None:
    """Count a code that no letter carries."""
    with transaction() as session:
        _count(session, guesser)
    log.warn("recovery.code_refused")


def delete_old_puzzles() -> int:
    """Forget puzzles that are answered or too old, with their pictures and sounds."""
    with transaction() as session:
        return count_changed(session, delete(Puzzle).where(Puzzle.expires_at < clock.now()))


def _lock(session: Session, link_id: int) -> RecoveryLink:
    return session.get_one(RecoveryLink, link_id, with_for_update=True)


def _count(session: Session, guesser: Guesser) -> None:
    failure = LoginFailure(account_key=guesser.link_key, address_key=guesser.address_key)
    failure.at = clock.now()
    session.add(failure)


def _fingerprint(vault: Vault, key_hash: str, answer: str) -> str:
    return vault.fingerprint(f"puzzle:{key_hash}:{answer}")
