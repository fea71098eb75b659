"""What a browser holds of a recovery link: its token and a secret of its own, in one cookie.

The token leaves the address at the first click (ASVS 14.2.1); the browser's own secret ties puzzles
and their solution to this browser, so a forwarded link starts anew (REC-01, REC-03).
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, current_app, request

from kmz import clock
from kmz.crypto import new_token, token_digest
from kmz.recovery import queries
from kmz.recovery.models import RecoveryLink
from kmz.recovery.puzzle.rules import is_solved

_LIFETIME = timedelta(hours=2)
_MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Ticket:
    """A living link in one browser."""

    token: str
    browser_hash: str
    link: RecoveryLink

    @property
    def is_solved(self) -> bool:
        return is_solved(self.link, self.browser_hash, clock.now())


def current_ticket() -> Ticket | None:
    """The ticket of this request, if its link is still good."""
    token, browser = _read()
    link = queries.find_open_link(token) if token and browser else None
    return Ticket(token, token_digest(browser), link) if link else None


def give_ticket(response: Response, token: str) -> Response:
    """Put the link into the browser; its own secret stays when it opens the same link again."""
    known_token, known_browser = _read()
    browser = known_browser if known_browser and known_token == token else new_token()
    response.set_cookie(
        _cookie_name(),
        f"{token}.{browser}",
        max_age=_LIFETIME,
        secure=current_app.config["KMZ"].is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def take_ticket(response: Response) -> Response:
    """Take it from the browser, where there is one."""
    if _cookie_name() in request.cookies:
        secure = current_app.config["KMZ"].is_https
        response.delete_cookie(
            _cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax"
        )
    return response


def _cookie_name() -> str:
    return "__Host-kmz_recovery" if current_app.config["KMZ"].is_https else "kmz_recovery"


def _read() -> tuple[str, str]:
    value = request.cookies.get(_cookie_name(), "")
    if len(value) > _MAX_LENGTH:
        return "", ""
    token, _, browser = value.partition(".")
    return token, browser
