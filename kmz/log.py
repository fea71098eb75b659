"""Security events and errors as JSON lines on standard error (ASVS V16).

One schema: `at` (UTC), `event`, `level`, `request`, and the fields of the event. User text cannot
forge a line because JSON escapes line breaks. Never pass passwords, tokens, IBANs or mail bodies.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

_LOGGER = logging.getLogger("kmz")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Send all records, also those of libraries, to standard error as JSON lines; idempotent."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for library in ("alembic", "sqlalchemy"):
        # Without a level Flask-Alembic sets one, and a handler that reports every start.
        logging.getLogger(library).setLevel(logging.WARNING)
    _LOGGER.setLevel(level.upper())


def event(name: str, **fields: object) -> None:
    """Record something that happened, e.g. `event("login.failed", address=…)`."""
    _LOGGER.info(name, extra={"fields": fields})


def warn(name: str, **fields: object) -> None:
    """Record a refusal or limit that an operator may want to see."""
    _LOGGER.warning(name, extra={"fields": fields})


def error(name: str, **fields: object) -> None:
    """Record an unexpected error, with the traceback of the exception being handled."""
    _LOGGER.error(name, exc_info=sys.exc_info()[0] is not None, extra={"fields": fields})
