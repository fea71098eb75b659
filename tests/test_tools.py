"""The tools of the tests themselves: they are real servers, so they are tried for real."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.tools.chromium import find_chromium
from tests.tools.postgres import PostgresServer, start_postgres
from tests.tools.smtp import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


def send(mailbox: Mailbox, to: str = "kundin@example.org", timeout: float = 5) -> None:
    message = EmailMessage()
    message["Subject"] = "Buchungsbestätigung"
    message["From"], message["To"] = "kmz@example.org", to
    message.set_content("Schöne Grüße")
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=timeout) as client:
        client.send_message(message)


def test_a_mailbox_keeps_a_mail_with_its_envelope(mailbox: Mailbox) -> None:
    send(mailbox)
    (mail,) = mailbox.wait_for(1)
    assert mail.sender == "kmz@example.org"
    assert mail.recipients == ("kundin@example.org",)
    assert mail.subject == "Buchungsbestätigung"
    assert mail.text == "Schöne Grüße\n"


def test_waiting_for_a_mail_that_never_comes_fails(mailbox: Mailbox) -> None:
    with pytest.raises(AssertionError, match="has 0 mails"):
        mailbox.wait_for(1, timeout=0.01)


def test_a_slow_mailbox_has_the_mail_before_it_answers(mailbox: Mailbox) -> None:
    mailbox.slow(30)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(mailbox, timeout=0.2)
    assert len(mailbox.wait_for(1)) == 1


def test_a_mailbox_can_refuse_for_now(mailbox: Mailbox) -> None:
    mailbox.refuse_temporarily()
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(mailbox)
    assert refusal.value.recipients["kundin@example.org"][0] == 451
    assert mailbox.refused == ["kundin@example.org"]
    assert mailbox.messages == []


def test_a_mailbox_can_refuse_one_recipient_and_take_another(mailbox: Mailbox) -> None:
    mailbox.refuse_recipient("unbekannt@example.org")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(mailbox, to="unbekannt@example.org")
    assert refusal.value.recipients["unbekannt@example.org"][0] == 550
    send(mailbox)
    assert len(mailbox.wait_for(1)) == 1


def test_a_mailbox_can_vanish_in_mid_answer(mailbox: Mailbox) -> None:
    mailbox.cut_after_data()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mailbox)
    assert len(mailbox.cut_off) == 1
    assert mailbox.messages == []


def test_a_stopped_mailbox_comes_back_at_the_same_port(mailbox: Mailbox) -> None:
    mailbox.stop()
    with pytest.raises(ConnectionRefusedError):
        send(mailbox)
    mailbox.start()
    send(mailbox)
    assert len(mailbox.wait_for(1)) == 1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = start_postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


def answer(url: str, question: str) -> object:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.scalar(text(question))
    finally:
        engine.dispose()


def test_postgres_answers(server: PostgresServer) -> None:
    assert answer(server.url("postgres"), "SELECT 1") == 1


def test_postgres_folds_german_letters(server: PostgresServer) -> None:
    assert answer(server.url("postgres"), "SELECT lower('ÄÖÜ')") == "äöü"


def test_a_database_is_copied_from_a_template(server: PostgresServer) -> None:
    server.create_database("muster")
    engine = create_engine(server.url("muster"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kurs AS SELECT 7 AS plaetze"))
    engine.dispose()
    server.create_database("kopie", template="muster")
    assert answer(server.url("kopie"), "SELECT plaetze FROM kurs") == 7
    server.drop_database("kopie")


def test_postgres_keeps_what_it_acknowledged_over_a_crash(server: PostgresServer) -> None:
    server.create_database("absturz")
    dsn = f"host={server.home} user={server.user} dbname=absturz"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE buchung AS SELECT 1 AS nummer")
        server.crash()
    server.start()
    assert answer(server.url("absturz"), "SELECT nummer FROM buchung") == 1


def test_nothing_is_left_of_a_stopped_server(tmp_path: Path) -> None:
    server = start_postgres(tmp_path)
    server.stop()
    assert not server.home.exists()


def test_there_is_a_browser() -> None:
    assert find_chromium().is_file()
