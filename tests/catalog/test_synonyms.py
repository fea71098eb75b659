"""Words that mean the same: what the office writes, and what the search makes of it."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.audit.models import AuditEntry
from kmz.catalog.actions import synonyms as actions
from kmz.catalog.models import SynonymGroup
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.synonym_lines import line_problems, shared_terms, shipped_lines
from kmz.db import db
from tests.catalog.steps import refresh_search
from tests.factories import make_course, make_staff
from tests.page import Browser
from tests.steps import log_in_staff

PAGE = "/verwaltung/synonyme"


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    browser_.open(PAGE)
    return browser_


def lines() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(SynonymGroup.words).order_by(SynonymGroup.words)))


def found(words: str) -> list[str]:
    refresh_search()
    return [card.title for card in catalog_search().search(Criteria(words=words)).cards]


def noted() -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.object_kind == "synonyms")
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def test_a_line_works_in_both_directions_until_it_is_gone(office: Browser) -> None:
    make_course(number="271-1", title="Zumba")
    assert found("Tanzfitness") == []
    page = office.submit("Zeile anlegen", words="  Zumba ,Tanzfitness,  Hüpfen mit Musik")
    assert "„Zumba, Tanzfitness, Hüpfen mit Musik“ ist gespeichert" in page.text
    assert lines() == ["Zumba, Tanzfitness, Hüpfen mit Musik"]
    assert found("Tanzfitness") == found("hüpfen mit musik") == ["Zumba"]
    page = office.click("Ändern: Zumba")
    page = office.submit("Speichern", words="Zumba, Latinotanz")
    assert found("Latinotanz") == ["Zumba"]
    assert found("Tanzfitness") == []
    page = office.submit("Löschen: Zumba")
    assert "Die Zeile „Zumba, Latinotanz“ ist gelöscht." in page.text
    assert lines() == []
    assert found("Latinotanz") == []
    assert noted() == ["synonyms.added", "synonyms.changed", "synonyms.deleted"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Bitte füllen Sie das Feld „Wörter“ aus."),
        ("Yoga", "Bitte nennen Sie mindestens zwei Wörter"),
        ("Yoga, , Joga", "Zwischen zwei Kommas"),
        ("Yoga, Joga,", "Zwischen zwei Kommas"),
        ("Yoga, ?!", "mindestens einen Buchstaben"),
        ("Yoga, YOGA", "„Yoga“ steht doppelt"),
        ("Übung, Uebung", "„Übung“ steht doppelt"),
        (f"Yoga, {'x' * 300}", "höchstens 300 Zeichen"),
        ("Yoga, Jo\u202ega", "unzulässige Zeichen"),
    ],
)
def test_what_is_no_line_is_refused_and_kept_in_the_field(
    office: Browser, typed: str, said: str
) -> None:
    page = office.submit("Zeile anlegen", words=typed)
    assert page.status == 422
    assert said in page.text
    assert lines() == []
    assert ("words", typed) in page.form(button="Zeile anlegen").fields


def test_the_same_line_stands_only_once(office: Browser) -> None:
    office.submit("Zeile anlegen", words="Yoga, Joga")
    page = office.submit("Zeile anlegen", words="Yoga,Joga")
    assert page.status == 422
    assert "Diese Zeile gibt es schon." in page.text
    office.open(PAGE)
    office.submit("Zeile anlegen", words="Ton, Keramik")
    office.click("Ändern: Ton")
    page = office.submit("Speichern", words="Yoga, Joga")
    assert page.status == 422
    assert lines() == ["Ton, Keramik", "Yoga, Joga"]


def test_a_word_in_two_lines_is_warned_of(office: Browser) -> None:
    office.submit("Zeile anlegen", words="Yoga, Joga")
    page = office.submit("Zeile anlegen", words="Asana, JOGA")
    assert "„JOGA“ steht auch in einer anderen Zeile. Dann gelten beide." in page.text
    assert page.text.count("steht auch in einer anderen Zeile.") == 3  # once said, twice shown
    assert lines() == ["Asana, JOGA", "Yoga, Joga"]


def test_what_is_gone_answers_404(office: Browser) -> None:
    assert office.open(f"{PAGE}/99").status == 404


def test_the_shipped_lines_are_taken_over_once_and_leave_the_offices_own_alone(
    office: Browser,
) -> None:
    office.submit("Zeile anlegen", words="Yoga, Verrenken")
    page = office.submit("Vorschläge übernehmen")
    assert f"{len(shipped_lines()) - 1} Zeilen sind übernommen" in page.text
    assert "Yoga, Joga" not in lines()
    page = office.submit("Vorschläge übernehmen")
    assert "stehen schon in Ihren Zeilen" in page.text
    assert len(lines()) == len(shipped_lines())


def test_the_shipped_lines_are_good() -> None:
    shipped = shipped_lines()
    assert len(shipped) >= 60
    for line in shipped:
        assert line_problems(line) == []
        assert shared_terms(line, (other for other in shipped if other != line)) == []


@pytest.mark.parametrize("role", ["finance"])
def test_only_the_office_may_change_synonyms(browser_: Browser, role: str) -> None:
    make_staff(email="kasse@example.org", role=role)
    log_in_staff(browser_, "kasse@example.org")
    assert browser_.open(PAGE).status == 403
    assert browser_.client.post(f"{PAGE}/vorschlaege").status_code in {400, 403}
    assert lines() == []


def test_an_action_that_fails_leaves_nothing(app: Flask) -> None:
    assert app
    staff = make_staff()
    actions.add_synonyms("Yoga, Joga", by=staff)
    with pytest.raises(Exception, match=r"synonyms\.taken"):
        actions.add_synonyms("Yoga, Joga", by=staff)
    assert noted() == ["synonyms.added"]
