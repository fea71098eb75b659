"""The log: one JSON object a line, whoever speaks and whatever they say."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from kmz import log
from kmz.web.access import public

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What was logged; the test run's own logging comes back afterwards."""
    root, kmz = logging.getLogger(), logging.getLogger("kmz")
    before = root.handlers, root.level, kmz.level
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        log.configure(getattr(request, "param", "info"))
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.captureWarnings(capture=False)
    root.handlers = before[0]
    root.setLevel(before[1])
    kmz.setLevel(before[2])


def test_an_event_has_its_time_in_utc_and_its_fields(lines: Lines) -> None:
    log.event("login.opened", actor="customer:7")
    (line,) = lines()
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "event": "login.opened", "actor": "customer:7"}


@pytest.mark.parametrize(
    "text", ['\n{"event": "login.opened"}', "\r\nx", "\x1b[2J", "\u2028x", "\x9b2J"]
)
def test_no_text_can_forge_a_line(lines: Lines, text: str) -> None:
    log.warn("csp.violated", directive=text)
    logging.getLogger("somebody").warning("said %s", text)
    forged, library = lines()
    assert forged["directive"] == text
    assert library["message"] == f"said {text}"


def test_libraries_speak_the_same_language(lines: Lines) -> None:
    logging.getLogger("alembic.runtime.migration").info("Running upgrade")
    logging.getLogger("alembic.runtime.migration").warning("Careful")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    careful, old = lines()
    assert (careful["event"], careful["name"]) == ("library", "alembic.runtime.migration")
    assert (old["event"], old["name"]) == ("library", "py.warnings")


def test_an_error_carries_its_traceback_in_the_same_line(lines: Lines) -> None:
    try:
        int("x\ny")
    except ValueError:
        log.error("job.failed", job="old carts")
    (line,) = lines()
    assert "ValueError: invalid literal" in line["traceback"]


def test_an_event_of_a_request_names_it_and_its_client(app: Flask, lines: Lines) -> None:
    @public
    def speak() -> str:
        log.event("spoken")
        return "ok"

    app.add_url_rule("/sprich", view_func=speak)
    app.test_client().get("/sprich")
    (line,) = lines()
    assert (line["event"], line["address"], len(line["request"])) == ("spoken", "127.0.0.1", 16)


@pytest.mark.parametrize("lines", ["warning"], indirect=True)
def test_the_level_leaves_out_what_is_no_warning(lines: Lines) -> None:
    log.event("login.opened")
    log.warn("login.failed")
    assert [line["event"] for line in lines()] == ["login.failed"]
