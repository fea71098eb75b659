"""Conditional requests: what has not changed is not written again, nor looked up (RFC 9110, 13).

An entity tag here is a digest of everything that an answer depends on, not of the answer. So a 304
costs what it takes to name these things: usually one row that the process has asked for within the
last second anyway.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.http import is_resource_modified

from kmz import clock
from kmz.config import Config

_PACKAGE = Path(__file__).parent.parent
_SECOND = timedelta(seconds=1)


def entity_tag(*depends_on: object) -> str:
    """The tag of the present address for these values; they are compared by their `repr`.

    The program, its settings and its key belong to every tag: after an update, or with another key
    for form tokens, nobody is told to keep what they have.
    """
    key: bytes = current_app.extensions["kmz_edition"]
    text = repr((request.full_path, depends_on))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def conditional(
    depends_on: tuple[object, ...],
    make: Callable[[], Response],
    *,
    changed_at: datetime | None = None,
    caching: str,
) -> Response:
    """The answer, or 304 where the asker has it already; `make` is only called when it must be.

    The same values must always give the same bytes. `changed_at`, where it is known, is the last
    moment at which the answer became another one. Not for pages that carry a form token: those go
    through `visitor_page`.
    """
    tag, since = entity_tag(*depends_on), last_modified(changed_at)
    response = make() if is_asked_anew(tag, since) else Response(status=304)
    if response.status_code in {200, 304}:
        response.set_etag(tag)
        response.headers["Cache-Control"] = caching
        if since is not None:
            response.last_modified = since
    return response


def is_asked_anew(tag: str, since: datetime | None = None) -> bool:
    """Whether the request has to be answered in full; If-None-Match counts before dates."""
    return is_resource_modified(request.environ, etag=tag, last_modified=since)


def last_modified(changed_at: datetime | None) -> datetime | None:
    """The date for Last-Modified: the first full second after the change, once it is over.

    Dates of HTTP have no fractions. A date within the second of the change would hide what changes
    in the rest of that second, so until then there is none.
    """
    if changed_at is None:
        return None
    after = changed_at.replace(microsecond=0) + _SECOND
    return after if after <= clock.now() else None


@cache
def _program() -> bytes:
    """A digest of code and templates; styles and scripts are named by their own in every page."""
    digest = hashlib.sha256()
    for path in sorted((*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.html"))):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.digest()


def _settings(config: Config) -> str:
    """What may show in an answer, and the key that signs form tokens."""
    shown = [
        getattr(config, entry.name) for entry in fields(config) if not entry.metadata["secret"]
    ]
    return repr((shown, config.secret_key))


def init_conditional(app: Flask) -> None:
    """Know what every answer of this program depends on."""
    settings = _settings(app.config["KMZ"]).encode()
    app.extensions["kmz_edition"] = hashlib.sha256(_program() + settings).digest()
