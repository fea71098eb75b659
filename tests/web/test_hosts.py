"""Who asks under a foreign name is refused, and links never follow what a request claims."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import make_customer
from tests.page import Browser
from tests.steps import send

FOREIGN = ("boese.example", "localhost.boese.example", "boese.example:80", "a@boese.example")


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_refused(browser_: Browser, host: str) -> None:
    for address in ("/", "/login", "/gibt-es-nicht", "/konto"):
        answer = browser_.client.get(address, headers={"Host": host})
        assert answer.status_code == 400, address
        assert "boese" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "boese.example"},
        {"Forwarded": "host=boese.example"},
        {"X-Host": "boese.example"},
        {"X-Forwarded-Server": "boese.example", "X-Forwarded-Proto": "https"},
        {"Origin": "https://boese.example", "Referer": "https://boese.example/"},
    ],
)
def test_links_in_mails_carry_the_configured_address(
    browser_: Browser, headers: dict[str, str]
) -> None:
    make_customer(email="andrea@example.org")
    browser_.open("/passwort-vergessen")
    send(browser_, "/passwort-vergessen", headers, email="andrea@example.org")
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert "http://localhost/passwort-neu/" in mail.text
    assert "boese" not in mail.text + mail.html
    page = browser_.open("/", **headers)
    assert "boese" not in page.html


def test_redirects_stay_here(app: Flask, browser_: Browser) -> None:
    answer = browser_.client.get("/konto", headers={"X-Forwarded-Host": "boese.example"})
    assert answer.location.startswith("/login")
    assert app
