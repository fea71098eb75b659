"""Request limits per client address (Flask-Limiter); the counters per account stand in
`accounts`.
"""

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, strategy="moving-window", headers_enabled=False)


def login_limit() -> str:
    return str(current_app.config["KMZ"].limit_login)


def mail_limit() -> str:
    return str(current_app.config["KMZ"].limit_mail)


def search_limit() -> str:
    return str(current_app.config["KMZ"].limit_search)


def init_limits(app: Flask) -> None:
    """Count in the configured storage; without it requests are refused, not let through
    (16.5.3).
    """
    app.config["RATELIMIT_STORAGE_URI"] = app.config["KMZ"].limit_storage
    app.config["RATELIMIT_SWALLOW_ERRORS"] = False
    limiter.init_app(app)
