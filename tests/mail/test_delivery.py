"""One mail and the server it goes to."""

import smtplib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kmz import clock
from kmz.audit.models import AuditEntry
from kmz.db import db
from kmz.mail.rules import next_try_at
from kmz.mail.smtp import PunctualSmtp
from kmz.mail.worker import run_once
from tests.mail.conftest import Post
from tests.tools.certificates import write_self_signed
from tests.tools.smtp import Mailbox


def test_a_mail_arrives_with_its_headers_and_both_bodies(post: Post, mailbox: Mailbox) -> None:
    post.configure(site_name="vhs „Öst“, Nord", mail_sender="portal@example.org")
    number = post.queue(
        subject="Platz frei: Töpfern für Anfängerinnen und Anfänger – 12 Abende, 98,00 €"
    )
    assert run_once(post.app) == 1
    (mail,) = mailbox.wait_for(1)
    row = post.row(number)
    assert (mail.sender, mail.recipients) == ("portal@example.org", ("kundin@example.org",))
    assert mail.subject == row.subject
    assert mail.message["From"].addresses[0].display_name == "vhs „Öst“, Nord"
    assert mail.message["Message-ID"] == row.message_id
    assert mail.message["Auto-Submitted"] == "auto-generated"
    sent_as = parsedate_to_datetime(mail.message["Date"])
    assert abs(sent_as - row.created_at) < timedelta(seconds=1)
    assert "Guten Tag Ada, Platz frei." in mail.text
    assert "<h1>Guten Tag Ada</h1>" in mail.html
    assert mail.message.get_content_type() == "multipart/alternative"
    assert row.sent_at is not None


def test_an_ordered_mail_says_how_one_click_ends_it(post: Post, mailbox: Mailbox) -> None:
    """RFC 8058; a long address stays one address, in one line."""
    address = f"https://kurse.example.org/ende/{'x' * 150}"
    post.queue(unsubscribe_url=address)
    post.queue()
    assert run_once(post.app) == 2
    ordered, other = mailbox.wait_for(2)
    assert ordered.message["List-Unsubscribe"] == f"<{address}>"
    assert ordered.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\nList-Unsubscribe: <{address}>\n" in ordered.message.as_string(maxheaderlen=0)
    assert other.message["List-Unsubscribe"] is None


def test_line_breaks_in_names_and_subjects_reach_no_header(post: Post, mailbox: Mailbox) -> None:
    post.configure(site_name="kmz\r\nBcc: b@example.org")
    post.queue(subject="Hallo\r\nBcc: c@example.org", name="Ada\r\nBcc: d@example.org")
    assert run_once(post.app) == 1
    (mail,) = mailbox.wait_for(1)
    assert mail.message["Bcc"] is None
    assert mail.recipients == ("kundin@example.org",)
    assert mail.subject == "Hallo Bcc: c@example.org"


def test_a_refused_recipient_is_given_up_and_blocks_nobody(post: Post, mailbox: Mailbox) -> None:
    mailbox.refuse_recipient("fort@example.org")
    lost = post.queue(to="fort@example.org")
    post.queue(to="da@example.org")
    assert run_once(post.app) == 1
    assert [mail.recipients for mail in mailbox.wait_for(1)] == [("da@example.org",)]
    row = post.row(lost)
    assert row.failed_at is not None
    assert row.last_error == "550 SMTPRecipientsRefused"
    with clock.moved_by(days=1):
        assert run_once(post.app) == 0
    assert len(mailbox.refused) == 1
    with post.app.app_context():
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.object_id) == ("mail.failed", lost)
        assert entry.details == {"mail": "M12", "error": "550 SMTPRecipientsRefused"}


def test_a_mail_refused_for_now_is_tried_again_after_a_pause(post: Post, mailbox: Mailbox) -> None:
    mailbox.refuse_temporarily()
    number = post.queue()
    assert run_once(post.app) == 0
    assert post.row(number).last_error == "451 SMTPRecipientsRefused"
    mailbox.accept()
    with clock.moved_by(seconds=55):
        assert run_once(post.app) == 0
    with clock.moved_by(seconds=61):
        assert run_once(post.app) == 1
    assert len(mailbox.messages) == 1


def test_pauses_grow_and_end_after_three_days(post: Post, mailbox: Mailbox) -> None:
    mailbox.refuse_temporarily()
    number = post.queue()
    pauses = []
    passed = timedelta()
    while post.row(number).failed_at is None:
        with clock.moved_by(seconds=passed.total_seconds()):
            before = clock.now()
            run_once(post.app)
        pause = post.row(number).next_try_at - before
        pauses.append(round(pause.total_seconds() / 60))
        passed += pause + timedelta(minutes=1)
    assert pauses[:6] == [1, 5, 15, 60, 240, 720]
    assert timedelta(days=3) < passed < timedelta(days=4)
    assert len(mailbox.refused) == len(pauses)


def test_a_mail_found_after_days_still_gets_its_tries() -> None:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    now = created + timedelta(days=5)
    assert next_try_at(tries=1, created_at=created, now=now) == now + timedelta(minutes=1)
    assert next_try_at(tries=6, created_at=created, now=now) is None


def test_mails_outlast_a_server_that_is_gone_for_days(post: Post, mailbox: Mailbox) -> None:
    mailbox.stop()
    numbers = [post.queue(), post.queue()]
    with clock.moved_by(days=4):
        assert run_once(post.app) == 0
    mailbox.start()
    with clock.moved_by(days=4, seconds=31):
        assert run_once(post.app) == 2
    assert all(post.row(number).sent_at for number in numbers)


def test_a_cut_after_the_data_repeats_the_mail_with_its_message_id(
    post: Post, mailbox: Mailbox
) -> None:
    mailbox.cut_after_data()
    number = post.queue()
    assert run_once(post.app) == 0
    assert post.row(number).last_error == "SMTPServerDisconnected"
    mailbox.accept()
    with clock.moved_by(seconds=61):
        assert run_once(post.app) == 1
    (cut,), (mail,) = mailbox.cut_off, mailbox.wait_for(1)
    assert cut.message["Message-ID"] == mail.message["Message-ID"]


def test_a_server_that_never_answers_holds_nobody_up(post: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        post.configure(mail_port=silent.getsockname()[1], mail_timeout=1)
        number = post.queue()
        before = clock.now()
        assert run_once(post.app) == 0
        assert clock.now() - before < timedelta(seconds=4)
    assert post.row(number).sent_at is None
    assert post.row(number).failed_at is None


def test_a_slow_answer_to_the_data_ends_at_the_timeout(post: Post, mailbox: Mailbox) -> None:
    mailbox.slow(30)
    post.configure(mail_timeout=1)
    number = post.queue()
    before = clock.now()
    assert run_once(post.app) == 0
    assert clock.now() - before < timedelta(seconds=5)
    assert post.row(number).claimed_until is None


def test_a_conversation_ends_in_time_even_if_each_answer_may_take_longer(mailbox: Mailbox) -> None:
    mailbox.slow(30)
    before = clock.now()
    host = PunctualSmtp(mailbox.host, mailbox.port, timeout=20, seconds=0.5)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        host.sendmail("a@example.org", "b@example.org", "Subject: Platz frei\r\n\r\n")
    assert clock.now() - before < timedelta(seconds=5)


def test_a_server_without_starttls_gets_nothing(post: Post, mailbox: Mailbox) -> None:
    post.configure(mail_security="starttls")
    number = post.queue()
    assert run_once(post.app) == 0
    assert mailbox.messages == []
    assert post.row(number).last_error == "SMTPNotSupportedError"
    assert post.row(number).failed_at is None


def test_a_certificate_nobody_vouches_for_gets_nothing(post: Post, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_self_signed(tmp_path, "127.0.0.1"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=_shake_hands, args=(listener, context))
        server.start()
        post.configure(mail_port=listener.getsockname()[1], mail_security="tls", mail_timeout=5)
        number = post.queue()
        assert run_once(post.app) == 0
        server.join()
    assert post.row(number).last_error == "SSLCertVerificationError"


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    connection, _address = listener.accept()
    with connection, pytest.raises(ssl.SSLError):
        context.wrap_socket(connection, server_side=True)


def test_without_a_server_mails_stay_in_the_outbox(post: Post) -> None:
    post.configure(mail_server="")
    number = post.queue()
    assert run_once(post.app) == 0
    assert (post.row(number).tries, post.row(number).failed_at) == (0, None)


def test_the_demo_writes_files_that_a_mail_program_reads(post: Post, tmp_path: Path) -> None:
    post.configure(mode="demo", instance=tmp_path)
    number = post.queue(subject="Schöne Grüße", kind="M08")
    assert run_once(post.app) == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{number:04}-M08.eml"
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Schöne Grüße"
    assert mail["To"] == "kundin@example.org"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Guten Tag Ada" in body.get_content()


def test_a_sharp_s_in_a_domain_is_not_another_domain(post: Post, mailbox: Mailbox) -> None:
    post.queue(to="info@straße.example")
    assert run_once(post.app) == 1
    assert mailbox.wait_for(1)[0].recipients == ("info@xn--strae-oqa.example",)


def test_umlauts_before_the_at_sign_are_kept(post: Post, mailbox: Mailbox) -> None:
    post.queue(to="jörg@example.org")
    assert run_once(post.app) == 1
    assert mailbox.wait_for(1)[0].recipients == ("jörg@example.org",)
