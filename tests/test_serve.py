"""`kmz serve` and `kmz worker` as systemd runs them: processes, a port, a mailbox, all real."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.actions.passwords import request_reset
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import make_course, make_customer
from tests.test_config import SAFE
from tests.tools.program import Program, free_port, run_kmz, running
from tests.tools.smtp import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def production(database_url: str, tmp_path: Path, mailbox: Mailbox) -> dict[str, str]:
    """Settings of production beside the test's own app, on the same database."""
    return {
        **SAFE,
        "KMZ_DATABASE_URL": database_url,
        "KMZ_INSTANCE": str(tmp_path),
        "KMZ_PORT": str(free_port()),
        "KMZ_MAIL_SERVER": mailbox.host,
        "KMZ_MAIL_PORT": str(mailbox.port),
        "KMZ_MAIL_SECURITY": "none",
    }


@pytest.fixture
def server(app: Flask, production: dict[str, str], tmp_path: Path) -> Iterator[Program]:
    with running("serve", settings=production, log=tmp_path / "serve.log") as program:
        program.wait_until_it_answers()
        yield program


def all_mails() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_it_serves_sends_and_stops_at_once(
    app: Flask, server: Program, production: dict[str, str], mailbox: Mailbox
) -> None:
    course = make_course(title="Aquarell am Abend")
    assert server.ask("/gesundheit") == (200, "ok")
    status, body = server.ask(f"/kurs/{course.slug}")
    assert (status, "Aquarell am Abend" in body) == (200, True)
    assert server.ask("/gesundheit", Host="fremd.example.org")[0] == 400
    request_reset(email=make_customer().email)
    (mail,) = mailbox.wait_for(1)
    assert mail.sender == production["KMZ_MAIL_SENDER"]
    assert server.stop() == 0


def test_its_log_is_one_json_object_a_line(server: Program) -> None:
    server.ask("/gibt-es-nicht%1b%5b31m")
    server.ask("/%0d%0a%7b%22event%22")
    server.ask("/verwaltung/kurse")
    server.stop()
    assert "request.refused" in server.events
    for line in server.lines:
        assert {"at", "level", "event"} <= set(line)
        assert line["at"].endswith("+00:00")
    refused = next(line for line in server.lines if line["event"] == "request.refused")
    assert {"request", "address", "method", "endpoint", "status"} <= set(refused)


def test_a_stop_waits_for_the_mail_that_is_being_sent(
    server: Program, app: Flask, mailbox: Mailbox
) -> None:
    mailbox.slow(2)
    request_reset(email=make_customer().email)
    mailbox.wait_for(1)
    assert all_mails()[0].sent_at is None
    assert server.stop() == 0
    assert all_mails()[0].sent_at is not None


def test_a_taken_port_is_said_in_words(server: Program) -> None:
    result = run_kmz("serve", settings=server.settings)
    assert result.returncode == 1
    assert f"127.0.0.1:{server.settings['KMZ_PORT']}" in result.stderr
    assert "Traceback" not in result.stderr
    assert server.ask("/gesundheit")[0] == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_processes_leave_the_mails_to_the_worker(
    app: Flask, production: dict[str, str], tmp_path: Path, mailbox: Mailbox
) -> None:
    settings = {**production, "KMZ_WORKERS": "2"}
    with (
        running("serve", settings=settings, log=tmp_path / "serve.log") as server,
        running("worker", settings=settings, log=tmp_path / "worker.log") as worker,
    ):
        server.wait_until_it_answers()
        request_reset(email=make_customer().email)
        mailbox.wait_for(1)
        assert {server.ask("/")[0] for _ in range(8)} == {200}
        assert worker.stop() == 0
        assert server.stop() == 0
        threads = [line["mail_thread"] for line in server.lines if "mail_thread" in line]
        assert threads == [False, False]
        assert worker.events == ["worker.started", "worker.stopped"]


def test_the_worker_empties_mails_with_a_secret_link_once_they_are_out(
    app: Flask, production: dict[str, str], tmp_path: Path
) -> None:
    """M01 and M04 carry a way in; M08 is what the customer was told and stays."""
    kinds = ("M01", "M04", "M08")
    with transaction() as session:
        session.add_all([_mail(kind, is_sent=True) for kind in kinds])
        session.add(_mail("M04", is_sent=False))
    with running("worker", settings=production, log=tmp_path / "worker.log") as worker:
        worker.wait_until(lambda: not all(mail.text for mail in all_mails()))
        assert worker.stop() == 0
    assert [(mail.kind, bool(mail.text), bool(mail.html)) for mail in all_mails()] == [
        ("M01", False, False),
        ("M04", False, False),
        ("M08", True, True),
        ("M04", True, True),
    ]


def _mail(kind: str, *, is_sent: bool) -> OutgoingMail:
    now = clock.now()
    return OutgoingMail(
        kind=kind,
        recipient="kundin@example.org",
        subject="Betreff",
        text="https://portal.kreis.test/passwort-neu/geheim",
        html="<p>geheim</p>",
        message_id=f"<{kind}-{is_sent}@kreis.test>",
        created_at=now,
        next_try_at=now if is_sent else now.replace(year=now.year + 1),
        sent_at=now if is_sent else None,
    )
