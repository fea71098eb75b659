"""The Demo-Postfach: mails as text, links that can be clicked, nothing that runs."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from kmz import create_app
from kmz.db import db
from kmz.demo.mailbox import with_links
from tests.conftest import FreshClient, make_config
from tests.page import Browser


@pytest.fixture
def demo(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A demo portal without data."""
    app = create_app(make_config(database_url, tmp_path, KMZ_MODE="demo"))
    app.test_client_class = FreshClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    return folder


def write_mail(folder: Path, name: str, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["To"] = subject, "kundin@example.org"
    message["Date"] = "Sun, 22 Nov 2026 10:00:00 +0100"
    message.set_content(text)
    message.add_alternative(f"<p style='color:red'>{text}<script>alert(1)</script></p>", "html")
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


def test_an_empty_mailbox_says_what_it_is_for(demo: Flask) -> None:
    page = Browser(demo.test_client()).open("/demo-postfach")
    assert page.status == 200
    assert "Noch keine Nachrichten." in page.text


def test_the_newest_mail_stands_first(demo: Flask, folder: Path) -> None:
    write_mail(folder, "0002-M01", "Älter", "a")
    write_mail(folder, "0010-M08", "Neuer: Ärger & Küsse", "b")
    (folder / "fremd.eml").write_text("x")
    page = Browser(demo.test_client()).open("/demo-postfach")
    assert page.text.index("Neuer: Ärger & Küsse") < page.text.index("Älter")
    assert "an kundin@example.org · 22.11.2026, 10:00 Uhr" in page.text
    assert "fremd" not in page.text


def test_a_link_in_a_mail_can_be_clicked(demo: Flask, folder: Path) -> None:
    address = "http://localhost/registrieren/bestaetigung/abc_-1"
    write_mail(folder, "0001-M01", "Bitte bestätigen", f"Öffnen Sie {address}.\nDanke")
    browser = Browser(demo.test_client())
    browser.open("/demo-postfach")
    page = browser.click("Bitte bestätigen")
    assert page.link(address) == address


def test_nothing_in_a_mail_runs(demo: Flask, folder: Path) -> None:
    write_mail(folder, "0001-M01", "<script>x</script>", "<img src=x onerror=alert(1)>")
    html = Browser(demo.test_client()).open("/demo-postfach/0001-M01").html
    assert "<script>alert" not in html
    assert "<script>x" not in html
    assert "<img src=x" not in html
    assert "style='color" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("name", ["0009-M01", "fremd", "..%2fdemo", "0001-M01.eml"])
def test_other_files_cannot_be_read(demo: Flask, folder: Path, name: str) -> None:
    (folder / "fremd.eml").write_text("Subject: x\n\ny")
    assert Browser(demo.test_client()).open(f"/demo-postfach/{name}").status == 404


def test_outside_of_the_demo_there_is_no_mailbox(browser_: Browser) -> None:
    assert browser_.open("/demo-postfach").status == 404


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b", "a &lt; b"),
        ("(https://x.de/a?b&c).", '(<a href="https://x.de/a?b&amp;c">https://x.de/a?b&amp;c</a>).'),
        ("javascript://x", "javascript://x"),
    ],
)
def test_links_are_made_and_all_else_is_escaped(text: str, html: str) -> None:
    assert str(with_links(text)) == html
