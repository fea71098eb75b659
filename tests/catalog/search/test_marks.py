"""What was found is marked, and shown where the row itself does not show it."""

import pytest

from kmz import clock
from kmz.catalog.actions.version import rebuild_search
from kmz.catalog.models import SynonymGroup
from kmz.catalog.search import catalog_search
from kmz.catalog.search.marks import Marks, excerpt, marked
from kmz.db import transaction
from tests.catalog.search.finding import find, titles
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")


def shown(words: str) -> str:
    card = find(words).cards[0]
    return str(marked(card.title, card.marks))


def add_synonyms(words: str) -> None:
    with transaction() as session:
        session.add(SynonymGroup(words=words, changed_at=clock.now()))
        rebuild_search(session)


@pytest.mark.parametrize(
    ("title", "words", "expected"),
    [
        ("Yoga am Morgen", "yoga", "<mark>Yoga</mark> am Morgen"),
        ("Rückenfit für Frauen", "frau", "Rückenfit für <mark>Frauen</mark>"),
        ("Wirbelsäulengymnastik", "gymnastik", "<mark>Wirbelsäulengymnastik</mark>"),
        ("Müller & Söhne <b>", "mueller", "<mark>Müller</mark> &amp; Söhne &lt;b&gt;"),
        ("Gymnastik", "gymn", "<mark>Gymnastik</mark>"),
        ("Gymnastik", "Gymnastk", "<mark>Gymnastik</mark>"),
    ],
)
def test_found_words_are_marked(title: str, words: str, expected: str) -> None:
    make_course(title=title)
    assert shown(words) == expected


def test_a_word_of_the_text_comes_with_its_surroundings() -> None:
    text = "Anfang " * 40 + "Hier geht es um Faszien und mehr. " + "Ende " * 60
    make_course(title="Bewegung", description_html=f"<p>{text}</p>")
    card = find("Faszien").cards[0]
    assert "Faszien" in card.excerpt
    assert card.excerpt.startswith("… ")
    assert card.excerpt.endswith(" …")
    assert len(card.excerpt) < 260
    assert find("Bewegung").cards[0].excerpt == ""


def test_an_excerpt_without_the_word_is_empty() -> None:
    assert excerpt("Nur Text", Marks(stems=frozenset({"yoga"}))) == ""


def test_synonyms_find_each_other_but_after_the_word_itself() -> None:
    make_course(title="Computer für Anfänger", starts_on=clock.today())
    make_course(title="EDV am Abend")
    add_synonyms("EDV, Computer, PC")
    assert titles("edv", sort="relevanz") == ["EDV am Abend", "Computer für Anfänger"]
    assert titles("PC") == ["Computer für Anfänger", "EDV am Abend"]
    assert shown("PC") == "<mark>Computer</mark> für Anfänger"


def test_synonyms_may_be_several_words() -> None:
    make_course(title="Deutsch als Fremdsprache")
    make_course(title="Deutsch für Redakteure")
    add_synonyms("DaF, Deutsch als Fremdsprache")
    assert titles("DaF") == ["Deutsch als Fremdsprache"]
    assert titles("deutsch") == ["Deutsch als Fremdsprache", "Deutsch für Redakteure"]


def test_near_words_are_offered_for_a_word_that_nobody_uses() -> None:
    make_course(title="Gymnastik im Sitzen")
    result = find("Gimnastik")
    assert result.near_words == ("Gymnastik",)
    assert find("Xylophonistik").near_words == ()


def test_a_wish_in_whole_words_finds_the_course() -> None:
    make_course(title="Rückenfit")  # Tuesday or not: its sessions are in the evening
    make_course(title="Töpfern")
    assert titles("irgendwas für den Rücken, abends, nicht zu weit") == ["Rückenfit"]


def test_what_can_be_booked_and_begins_soon_comes_first_within_a_rank() -> None:
    today = clock.today()
    make_course(title="Yoga spät", starts_on=today.replace(year=today.year + 1))
    make_course(title="Yoga voll", max_participants=1, seats_taken=1)
    make_course(title="Yoga bald")
    make_course(title="Zen", description_html="<p>Yoga</p>", starts_on=today)
    found = titles("yoga", sort="relevanz", shown="alle")
    assert found == ["Yoga bald", "Yoga spät", "Yoga voll", "Zen"]


def test_suggestions_are_words_areas_people_and_courses() -> None:
    make_course(title="Italienisch A1", area_code="4.09", number="271-4001")
    catalog_search().refresh()
    found = {(one.kind, one.text) for one in catalog_search().suggest("itali")}
    assert {("word", "Italienisch"), ("course", "Italienisch A1")} <= found
    assert ("area", "Fachgebiet 4.09") in {
        (one.kind, one.text) for one in catalog_search().suggest("fachg")
    }
    assert [one.key for one in catalog_search().suggest("2714001")] == ["271-4001"]
    assert catalog_search().suggest("  ") == []
