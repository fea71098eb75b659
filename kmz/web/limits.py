"""Request limits per client address (Flask-Limiter); the counters per account stand in
`accounts`.
"""

import threading
import time
from typing import Any

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from limits.storage import MemoryStorage


class MarkedLimiter(Limiter):
    """Counts for the views that carry a limit, when they are called; no others are limited.

    The parent also looks for limits before every request, which costs a fifth of a kept page.
    """

    def _check_request_limit(
        self,
        callable_name: str | None = None,
        in_middleware: bool = True,  # noqa: FBT001, FBT002 - the parent's
    ) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = MarkedLimiter(get_remote_address, strategy="moving-window", headers_enabled=False)


_TIDY_EVERY = 10.0


class CalmMemoryStorage(MemoryStorage):
    """Counts in memory like its parent, which starts a thread every 10 ms to forget old entries.

    That thread costs more than the request it counts; every ten seconds is often enough, because
    what counts is decided by the entries' times.
    """

    STORAGE_SCHEME = ["calm-memory"]  # noqa: RUF012 - declared so by the parent

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._tidied_at = time.monotonic()
        super().__init__(*arguments, **options)

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - the parent's private name
        now = time.monotonic()
        if now - self._tidied_at < _TIDY_EVERY or self.timer.is_alive():
            return
        self._tidied_at = now
        self.timer = threading.Timer(0, self._MemoryStorage__expire_events)  # type: ignore[attr-defined]
        self.timer.start()


def login_limit() -> str:
    return str(current_app.config["KMZ"].limit_login)


def mail_limit() -> str:
    return str(current_app.config["KMZ"].limit_mail)


def search_limit() -> str:
    return str(current_app.config["KMZ"].limit_search)


def feed_limit() -> str:
    return str(current_app.config["KMZ"].limit_feeds)


def may_mail() -> bool:
    """Whether this address may cause one more mail; counts it. For what is never refused, whose
    mail alone is withheld.
    """
    try:
        return all(
            limiter.limiter.hit(limit, "mail", get_remote_address())
            for limit in parse_many(mail_limit())
        )
    except Exception:  # whatever the storage raises, what came in is taken in
        return False


def init_limits(app: Flask) -> None:
    """Count in the configured storage; without it requests are refused, not let through
    (16.5.3).
    """
    storage: str = app.config["KMZ"].limit_storage
    app.config["RATELIMIT_STORAGE_URI"] = "calm-memory://" if storage == "memory://" else storage
    app.config["RATELIMIT_SWALLOW_ERRORS"] = False
    limiter.init_app(app)
