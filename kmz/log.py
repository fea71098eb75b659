"""Security events and errors as JSON lines on standard error (ASVS V16).

One schema: `at` (UTC), `level`, `event` and the fields of the event; inside a request also
`request` (the number that error pages show) and `address` (the client's). What libraries say has
the event `library` with `name` and `message`. User text cannot forge a line because JSON escapes
line breaks. Never pass passwords, tokens, IBANs or mail bodies.
"""

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from flask import g, has_request_context
from flask import request as current_request

_LOGGER = logging.getLogger("kmz")
# JSON escapes the others: these break lines or steer terminals as well (ASVS 16.4.1).
_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029]")


class JsonLines(logging.Formatter):
    """One JSON object a line, whoever speaks."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == _LOGGER.name:
            line |= {"event": record.msg, **getattr(record, "fields", {})}
        else:
            line |= {"event": "library", "name": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def configure(level: str) -> None:
    """Send all records, also those of libraries, to standard error as JSON lines; idempotent."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for library in ("alembic", "sqlalchemy"):
        # Without a level Flask-Alembic sets one, and a handler that reports every start.
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    _LOGGER.setLevel(level.upper())


def catch_the_rest() -> None:
    """Let what nobody caught end as a line too, not as a bare traceback (ASVS 16.5.4)."""
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_uncaught_in_thread


def _on_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _LOGGER.critical("process.failed", exc_info=(kind, error, trace))


def _on_uncaught_in_thread(hook: threading.ExceptHookArgs) -> None:
    if hook.exc_value is not None:
        _on_uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)


def server_logging() -> dict[str, Any]:
    """How granian's own lines join ours (a dictConfig); its start and stop are no news."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}},
    }


def event(name: str, **fields: object) -> None:
    """Record something that happened, e.g. `event("login.opened", actor=…)`."""
    _LOGGER.info(name, extra={"fields": _with_request(fields)})


def warn(name: str, **fields: object) -> None:
    """Record a refusal or limit that an operator may want to see."""
    _LOGGER.warning(name, extra={"fields": _with_request(fields)})


def error(name: str, **fields: object) -> None:
    """Record an unexpected error, with the traceback of the exception being handled."""
    failing = sys.exc_info()[0] is not None
    _LOGGER.error(name, exc_info=failing, extra={"fields": _with_request(fields)})


def _with_request(fields: dict[str, object]) -> dict[str, object]:
    if not has_request_context():
        return fields
    known = {"request": g.get("request_id"), "address": current_request.remote_addr}
    return known | fields
