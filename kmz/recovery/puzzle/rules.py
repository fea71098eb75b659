"""Pure rules of the robot check: kinds, answers, tries and pauses."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from kmz.recovery.models import RecoveryLink

PICTURES, SOUND, QUESTION = "pictures", "sound", "question"
KINDS = (PICTURES, SOUND, QUESTION)
# The two ways in which questions are answered, as the database knows them.
WORDS, NUMBER = "words", "number"

PUZZLE_LIFETIME = timedelta(minutes=10)
# How long a solved check opens the account's data in that browser.
SOLVED_FOR = timedelta(minutes=60)

TRIES = 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
# ASVS 6.3.1: at most 30 guesses, here for a link in a day and for an address in a quarter hour.
MAX_GUESSES = 30
LINK_WINDOW, ADDRESS_WINDOW = timedelta(hours=24), timedelta(minutes=15)

# By what is stored: which kind a person sees, hears or reads again.
SAME_KIND = {PICTURES: PICTURES, SOUND: SOUND, WORDS: QUESTION, NUMBER: QUESTION}

_TOKENS = re.compile(r"[^\W_]+")
# What people write around the answer.
_FILLERS = frozenset(("und", "der", "die", "das", "den", "ein", "eine", "einen", "wort", "zahl"))


@dataclass(frozen=True, slots=True)
class Riddle:
    """A puzzle as it was made: `answer` is already in its normal form."""

    kind: str
    question: str
    answer: str
    media: bytes | None = None


def normal_answer(kind: str, given: list[str]) -> str:
    """The one form in which answers are compared; "" when nothing was answered.

    Ticked pictures in their order, digits without what stands between them, words in any order.
    """
    if kind == PICTURES:
        return ",".join(sorted({text for text in given if text in set("123456789")}))
    text = unicodedata.normalize("NFKC", " ".join(given)).casefold()
    if kind in {SOUND, NUMBER}:
        return "".join(char for char in text if char.isdecimal())
    words = {word for word in _TOKENS.findall(text) if word not in _FILLERS}
    return " ".join(sorted(words))


def tries_left(failures: int) -> int:
    """How many wrong answers in a row are still free of a pause."""
    return TRIES - failures % TRIES


def pause_until(failures: int, last_at: datetime | None) -> datetime | None:
    """When the next answer may be given after so many wrong ones for a link; None: now.

    Every third wrong answer costs a pause, each twice as long as the one before; it always ends,
    so nobody can lock the owner out for good.
    """
    if not failures or failures % TRIES or last_at is None:
        return None
    doublings: int = 2 ** (failures // TRIES - 1)
    return last_at + min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def is_solved(link: RecoveryLink, browser_hash: str, now: datetime) -> bool:
    """Whether this browser has passed the check in front of the link, not too long ago."""
    return (
        link.solved_at is not None
        and link.browser_hash == browser_hash
        and now - link.solved_at < SOLVED_FOR
    )
