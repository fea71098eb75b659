"""Pages for visitors nobody knows yet: written once for all, with each visitor's own token put in.

The morning the new programme opens, a thousand people ask for the same pages. Whoever sends no
cookie but the form session sees the same as everybody: no login, no cart, no notice. Only the CSRF
token differs; a placeholder stands where it belongs.
"""

import secrets
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from flask import Response, current_app, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from jinja2_fragments.flask import render_block

from kmz.web.brief import BriefMemory, brief_memory
from kmz.web.conditional import entity_tag, is_asked_anew
from kmz.web.pages import answer, page, wanted_fragment

_TOKEN = "csrf_token"  # noqa: S105 - the name under which Flask-WTF keeps it for a request
# Whoever has logged in before and is out sees what everybody sees.
_QUIET_COOKIES = {"kmz_device", "__Host-kmz_device"}
# A page or block, and what it shows (see `visitor_page`).
_Written = tuple[bytes, Hashable]
_PLACEHOLDER = f"visitor-{secrets.token_urlsafe(24)}"


def visitor_page(
    template: str,
    context: Callable[[], dict[str, Any]],
    *,
    fragments: tuple[str, ...] = (),
    version: Callable[[], Hashable] = lambda: None,
) -> Response:
    """The page, or the block that htmx asked for; `context` is only called when it has to be.

    For conditional requests `context` gives "page_version" besides: what the page shows, apart from
    the visitor's own; equal values mean an equal page. `version` tells without writing the page
    what this would be now (None: not known), so that a visitor who has the page gets 304 before
    anything is looked up, and a written page is kept longer. The tag is that of what was written,
    so it can never be newer than the page. It is weak, because a token may be signed anew, and
    counts in this visitor's session only.
    """
    if not _is_unknown_visitor():
        values = context()
        values.pop("page_version", None)
        return page(template, fragments=fragments, **values)
    token = _token()
    block = wanted_fragment(fragments)
    if request.if_none_match:
        now = version()
        if now is not None and not is_asked_anew(_tag(block, now)):
            return _tagged(answer("", 304), block, now)
    memory: BriefMemory[_Written] = brief_memory("visitor_pages")
    key = (template, block, request.full_path)
    body, shown = memory.get(
        key,
        lambda: _write(template, block, context()),
        still_holds=lambda written: written[1] is not None and written[1] == version(),
    )
    return _tagged(answer(body.replace(_PLACEHOLDER.encode(), token.encode())), block, shown)


def _tagged(response: Response, block: str | None, shown: Hashable) -> Response:
    if shown is not None:
        response.set_etag(_tag(block, shown), weak=True)
    return response


def _tag(block: str | None, shown: Hashable) -> str:
    return entity_tag(session[_TOKEN], block, shown)


def _token() -> str:
    """The token for the forms of this visitor's session; a new session gets its secret here."""
    secret = session.get(_TOKEN)
    if not isinstance(secret, str):
        return str(generate_csrf())
    token = _signed(current_app.secret_key, secret)
    setattr(g, _TOKEN, token)
    return token


@lru_cache(maxsize=1000)
def _signed(_key: object, _secret: str) -> str:
    """What Flask-WTF signs for the secret of the current session, kept until others push it out.

    The tokens of a session stay valid as long as it lives, so signing anew brings nothing.
    """
    return str(generate_csrf())


def _is_unknown_visitor() -> bool:
    known = set(request.cookies) - {current_app.config["SESSION_COOKIE_NAME"]} - _QUIET_COOKIES
    return not known and "_flashes" not in session


def _write(template: str, block: str | None, values: dict[str, Any]) -> _Written:
    own = getattr(g, _TOKEN)
    setattr(g, _TOKEN, _PLACEHOLDER)
    shown = values.pop("page_version", None)
    try:
        if block is None:
            return render_template(template, **values).encode(), shown
        return render_block(template, block, **values).encode(), shown
    finally:
        setattr(g, _TOKEN, own)
