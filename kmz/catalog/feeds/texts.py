"""Text for formats that cannot hold every character."""

import re

# XML 1.0 has no way to write these, and a calendar's lines end at some of them.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]"
)


def writable(text: str) -> str:
    """The text without control characters; lines end with a line feed."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(writable(text).split())
