"""What the Kurssuche suggests while somebody types, and the erweiterte Kurssuche."""

import pytest

from kmz.catalog.actions.version import mark_changed
from kmz.catalog.models import CourseInstructor, Instructor
from kmz.db import transaction
from tests.catalog.steps import refresh_search
from tests.factories import make_course
from tests.page import Browser, Page


@pytest.fixture
def visitor(browser_: Browser) -> Browser:
    course = make_course(number="271-1", title="Italienisch A1", area_code="4.09")
    with transaction() as session:
        session.add(
            CourseInstructor(
                course_id=course.id,
                position=0,
                instructor=Instructor(first_name="Ida", last_name="Ito"),
            )
        )
        mark_changed(session, [course.id])
    make_course(number="271-2", title="Töpfern & Brennen", area_code="2")
    refresh_search()
    return browser_


def suggested(browser: Browser, typed: str) -> Page:
    page = browser.open(f"/kurse/vorschlaege?q={typed}")
    assert page.status == 200
    assert "<html" not in page.html
    return page


def test_suggestions_are_links_to_lists_and_courses(visitor: Browser) -> None:
    page = suggested(visitor, "ita")
    assert page.link("Italienisch") == "/kurse?q=Italienisch"
    assert page.link("Italienisch A1 271-1") == "/kurs/271-1"
    person = suggested(visitor, "ito").link("Ida Ito")
    assert person.startswith("/kursleitung/")
    assert visitor.client.get(person).status_code == 200  # its own address, not one that moved
    assert visitor.open(person).link("Italienisch A1") == "/kurs/271-1"
    assert ("Sprachen", "/kurse?bereich=bereich-4") in suggested(visitor, "sprach").links


def test_a_number_in_any_spelling_suggests_the_course(visitor: Browser) -> None:
    for typed in ("271-1", "2711", "271 1"):
        assert suggested(visitor, typed).link("Italienisch A1") == "/kurs/271-1"


def test_what_was_typed_is_no_markup(visitor: Browser) -> None:
    assert "Töpfern &amp; Brennen" in suggested(visitor, "töpf").html
    for odd in ("%00", "<b>", "%ff", "x" * 5000, "%20", "", '"(['):
        assert "<b>" not in suggested(visitor, odd).html


def test_nothing_typed_suggests_nothing(visitor: Browser) -> None:
    assert suggested(visitor, "").text == ""
    assert visitor.open("/kurse/vorschlaege").text == ""


def test_the_erweiterte_kurssuche_leads_to_the_same_list(visitor: Browser) -> None:
    visitor.open("/")
    page = visitor.click("erweiterte Kurssuche")
    assert page.path == "/kurse/suche"
    assert page.headings == ["Erweiterte Kurssuche"]
    assert "191-4632, 1914632 und 191 4632" in page.text
    page = visitor.submit("Kurse zeigen", action="/kurse", q="italienisch", bereich="bereich-4")
    assert page.headings == ["Programm"]
    assert page.link("Sprachen entfernen") == "/kurse?q=italienisch"


def test_the_erweiterte_kurssuche_knows_what_was_chosen(visitor: Browser) -> None:
    page = visitor.open("/kurse/suche?q=ton&bereich=bereich-2&plz=12345&umkreis=50&anzeige=alle")
    fields = page.form(button="Kurse zeigen").fields
    assert {
        ("q", "ton"),
        ("bereich", "bereich-2"),
        ("plz", "12345"),
        ("umkreis", "50"),
        ("anzeige", "alle"),
    } <= set(fields)
    assert 'id="anzahl-bereich-bereich-2">1<' in visitor.open("/kurse/suche").html
