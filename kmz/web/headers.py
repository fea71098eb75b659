"""Security headers on every answer (ASVS V3), request ids, and the log line of a request."""

import secrets
import time

from flask import Flask, Response, current_app, g, request

from kmz import log
from kmz.web.access import is_private

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "report-uri /csp-bericht",
    )
)
_FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.started_at = time.perf_counter()


def _finish(response: Response) -> Response:
    # One look at all names: asking werkzeug's headers for one that is missing makes an exception.
    given = {name.lower() for name, _ in response.headers}
    missing = [(name, value) for name, value in _FIXED.items() if name.lower() not in given]
    if current_app.config["KMZ"].is_https:
        missing.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))
    if "cache-control" not in given:
        # Public pages carry CSRF tokens and the visitor's counters: ask again, never share.
        private = is_private() or request.method == "POST"
        missing.append(("Cache-Control", "no-store" if private else "private, no-cache"))
    response.headers.extend(missing)
    if response.status_code >= 400:
        log.warn(
            "request.refused",
            request=g.get("request_id"),
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            address=request.remote_addr,
        )
    return response


def init_headers(app: Flask) -> None:
    """Add the headers to every answer of the app."""
    app.before_request(_begin)
    app.after_request(_finish)
