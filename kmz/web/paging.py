"""What office lists read from their address: words and a page number, whatever was typed."""

from flask import request

from kmz.web.forms import clean

_MAX_WORDS, _MAX_DIGITS = 100, 4


def wanted_words(name: str = "suche") -> str:
    """The words looked for; cut to a sensible length, without NUL."""
    return clean(request.args.get(name)).replace("\x00", "")[:_MAX_WORDS]


def wanted_page(name: str = "seite") -> int:
    """The page, counted from 1; nonsense means the first one."""
    text = request.args.get(name, "")
    usable = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    return max(1, int(text)) if usable else 1


def page_count(total: int, size: int) -> int:
    """How many pages there are; an empty list has one."""
    return max(1, -(-total // size))
