"""Links of the former course pages still lead to the course (domain.md 1.1)."""

import pytest
from flask.testing import FlaskClient

from kmz import clock
from tests.factories import make_course
from tests.page import Browser


@pytest.mark.parametrize(
    "address",
    [
        "/?knr=191-4632",
        "/?knr=1914632",
        "/?knr=191%204632",
        "/?knr=191+4632",
        "/kurse?knr=191-4632",
        "/kurse?q=x&knr=191-4632&seite=2",
        "/kurs?knr=191-4632",
        "/index.php?id=9&kathaupt=11&knr=191-4632&kursname=Englisch",
        "/index.php?id=9;kathaupt=11;knr=191-4632",
        "/index.php?KNR=191.4632",
    ],
)
def test_an_old_link_finds_the_course_in_every_spelling(client: FlaskClient, address: str) -> None:
    make_course(number="191-4632")
    make_course(number="191-46320")
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (301, "/kurs/191-4632")


def test_letters_of_a_number_may_be_small(client: FlaskClient) -> None:
    make_course(number="161A087-08")
    assert client.get("/?knr=161a08708").headers["Location"] == "/kurs/161a087-08"


def test_several_courses_of_one_number_are_listed(client: FlaskClient, browser_: Browser) -> None:
    make_course(number="191-4632")
    make_course(number="191 4632")
    answer = client.get("/?knr=191-4632")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/kurse?q=191-4632&anzeige=beendet"
    assert browser_.open("/?knr=191-4632").status == 200


def test_a_number_that_nobody_knows_becomes_a_search(client: FlaskClient) -> None:
    answer = client.get("/index.php?knr=999-1")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/kurse?q=999-1")


def test_a_course_that_is_gone_says_so_itself(browser_: Browser) -> None:
    make_course(number="191-4632", published_at=None, withdrawn_at=clock.now())
    page = browser_.open("/?knr=1914632")
    assert (page.status, page.path) == (410, "/kurs/191-4632")


def test_a_draft_stays_unknown(client: FlaskClient) -> None:
    make_course(number="191-4632", published_at=None)
    assert client.get("/?knr=1914632").status_code == 302


@pytest.mark.parametrize(
    ("address", "target"),
    [("/index.php", "/"), ("/index.php?id=9", "/"), ("/kurs", "/kurse"), ("/kurs?knr=", "/kurse")],
)
def test_old_addresses_without_a_number_lead_to_their_successors(
    client: FlaskClient, address: str, target: str
) -> None:
    assert client.get(address).headers["Location"] == target


def test_an_empty_number_changes_nothing(browser_: Browser) -> None:
    assert browser_.open("/?knr=").headings
    assert browser_.open("/kurse?knr=%00").status == 200
