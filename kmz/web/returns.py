"""Where to go afterwards: `weiter` may only name a path of this portal (ASVS 3.7.2)."""

import re
from urllib.parse import urlsplit

from flask import request

# A path, one leading slash, no backslash, no control characters, no scheme, no second slash.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def own_path(candidate: str | None) -> str | None:
    """The candidate if it is a path of this portal, else None."""
    if not candidate or len(candidate) > 500 or not _OWN_PATH.fullmatch(candidate):
        return None
    parts = urlsplit(candidate)
    return candidate if not parts.scheme and not parts.netloc else None


def wanted_return(default: str) -> str:
    """The path in the request's `weiter`, or the default."""
    return own_path(request.values.get("weiter")) or default


def current_path() -> str:
    """The path and query of this request, for coming back to it."""
    return request.full_path.rstrip("?")
