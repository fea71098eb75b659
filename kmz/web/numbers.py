"""Whole numbers out of what browsers send."""

from collections.abc import Iterable

_MAX_DIGITS = 9


def whole_number(text: str | None) -> int | None:
    """A number from 0 to 999,999,999; None for anything else, foreign digits and signs too."""
    if text and text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS:
        return int(text)
    return None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers among the texts, in their order."""
    return [number for text in texts if (number := whole_number(text)) is not None]
