"""A mail is a row of the transaction that causes it."""

import pytest
from flask import Flask
from jinja2 import UndefinedError
from markupsafe import Markup

from kmz.db import transaction
from kmz.mail.actions import news, queue_mail
from kmz.mail.worker import run_once
from tests.mail.conftest import Post
from tests.tools.smtp import Mailbox


def test_a_mail_of_a_transaction_that_failed_is_never_sent(post: Post, mailbox: Mailbox) -> None:
    def fail_after_queueing() -> None:
        with transaction() as session:
            queue_mail(
                session, kind="M08", to="a@example.org", subject="x", template="tests/note", name=""
            )
            session.flush()
            raise ZeroDivisionError

    with post.app.app_context(), pytest.raises(ZeroDivisionError):
        fail_after_queueing()
    assert run_once(post.app) == 0
    assert post.rows() == []
    assert mailbox.messages == []


def test_the_worker_hears_of_a_mail_at_its_commit_and_not_before(post: Post) -> None:
    news.clear()
    with post.app.app_context(), transaction() as session:
        queue_mail(
            session, kind="M08", to="a@example.org", subject="x", template="tests/note", name="Ada"
        )
        session.flush()
        assert not news.is_set()
    assert news.is_set()


def test_whoever_has_no_address_gets_no_mail(post: Post) -> None:
    with post.app.app_context(), transaction() as session:
        queue_mail(session, kind="M08", to="", subject="x", template="tests/note")
    assert post.rows() == []


def test_text_is_plain_and_html_is_escaped(post: Post) -> None:
    mail = post.row(post.queue(name="Ada <b>& Söhne</b>"))
    assert "Guten Tag Ada <b>& Söhne</b>, Platz frei." in mail.text
    assert "Guten Tag Ada &lt;b&gt;&amp; Söhne&lt;/b&gt;" in mail.html


def test_markup_leaves_its_tags_out_of_the_plain_text(post: Post) -> None:
    mail = post.row(post.queue(name=Markup("<em>Ada</em> &amp; Grace")))
    assert "Guten Tag Ada & Grace, Platz frei." in mail.text
    assert "<em>Ada</em>" in mail.html


def test_both_bodies_name_the_house_and_the_way_to_withdraw(post: Post) -> None:
    post.configure(public_url="https://portal.example.org")
    mail = post.row(post.queue())
    for body in (mail.text, mail.html):
        assert post.app.config["KMZ"].site_name in body
        assert post.app.config["KMZ"].address_line in body
        assert "Vertrag widerrufen" in body
        assert "https://portal.example.org/widerruf" in body


def test_html_loads_nothing_from_elsewhere(post: Post) -> None:
    html = post.row(post.queue()).html
    assert not [word for word in ("<img", "<link", "<script", "url(", "src=") if word in html]


def test_a_name_the_template_misses_is_an_error_and_no_mail(post: Post) -> None:
    with pytest.raises(UndefinedError):
        post.queue(template="tests/nosy")
    assert post.rows() == []


def test_links_lead_to_the_configured_address_whatever_the_request_says(post: Post) -> None:
    post.configure(public_url="https://portal.example.org")
    with (
        post.app.test_request_context("/", headers={"Host": "evil.example"}),
        transaction() as session,
    ):
        queue_mail(session, kind="M04", to="a@example.org", subject="x", template="tests/link")
    (mail,) = post.rows()
    assert mail.text == "https://portal.example.org/kurse/191-4632\n"
    assert mail.message_id.endswith("@portal.example.org>")


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\n",
        "a@example.org, b@example.org",
        "Ada <a@example.org>",
        "a b@example.org",
        "a@example.org\x00",
        '"a\r\n"@example.org',
        "example.org",
        "@example.org",
        "a@",
        "a@b@example.org",
        "a" * 260 + "@example.org",
    ],
)
def test_a_recipient_is_one_plain_address(post: Post, address: str) -> None:
    with pytest.raises(ValueError, match="not a plain mail address"):
        post.queue(to=address)
    assert post.rows() == []


def test_a_subject_becomes_one_line_of_at_most_200_characters(post: Post) -> None:
    mail = post.row(post.queue(subject="Kurs\r\nBcc: b@example.org\x00\u2028 Öl"))
    assert mail.subject == "Kurs Bcc: b@example.org Öl"
    assert len(post.row(post.queue(subject="ü" * 500)).subject) == 200


def test_control_characters_of_a_name_reach_no_body(post: Post) -> None:
    mail = post.row(post.queue(name="A\x00d\x1ba"))
    assert "\x00" not in mail.text + mail.html
    assert "\x1b" not in mail.text + mail.html


def test_mails_are_rendered_when_they_are_queued(post: Post, app: Flask, mailbox: Mailbox) -> None:
    post.queue(name="Ada")
    post.configure(site_name="Ganz anders")
    run_once(app)
    assert "Guten Tag Ada" in mailbox.wait_for(1)[0].text
    assert "Ganz anders" not in mailbox.messages[0].text
