"""Mail gateways open links (REG-02, RES-09): nothing changes, and the person can still use them."""

from flask import Flask

from tests.factories import PASSWORD, make_customer
from tests.journeys.conftest import Post, path_in
from tests.journeys.scanner import open_every_link
from tests.page import Browser
from tests.steps import log_in

NEW_PASSWORD = "neu2#noch-laenger"


def test_the_links_of_a_signup_outlive_the_scanner(
    app: Flask, browser_: Browser, post: Post
) -> None:
    browser_.open("/login")
    browser_.submit(
        "REGISTRIEREN",
        signup_email="neu@example.org",
        signup_last_name="Beispiel",
        signup_first_name="Nora",
        signup_password=PASSWORD,
        signup_repeated=PASSWORD,
    )
    assert "M01" in open_every_link(app)
    browser_.open(path_in(post.new_mail(), "/registrieren/bestaetigung/"))
    browser_.submit("Registrierung bestätigen")
    assert "M03" in open_every_link(app)
    assert "Herzlich willkommen, Nora Beispiel" in log_in(browser_, "neu@example.org").text


def test_the_link_to_a_new_password_outlives_the_scanner(
    app: Flask, browser_: Browser, post: Post
) -> None:
    customer = make_customer()
    browser_.open("/passwort-vergessen")
    browser_.submit("Link anfordern", email=customer.email)
    assert "M04" in open_every_link(app)
    browser_.open(path_in(post.new_mail(), "/passwort-neu/"))
    done = browser_.submit("Passwort speichern", password=NEW_PASSWORD, repeated=NEW_PASSWORD)
    assert done.status == 200
    assert "M06" in open_every_link(app)
    browser_.open("/login")
    hub = browser_.submit("Anmelden", login_email=customer.email, login_password=NEW_PASSWORD)
    assert "Herzlich willkommen" in hub.text
