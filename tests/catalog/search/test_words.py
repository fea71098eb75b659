"""Which words find which courses."""

import pytest

from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Venue
from kmz.db import transaction
from tests.catalog.search.finding import chosen, find, titles
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")


def teach(course: Course, last_name: str) -> None:
    with transaction() as session:
        person = Instructor(first_name="Kim", last_name=last_name)
        session.add(person)
        session.flush()
        session.add(CourseInstructor(course_id=course.id, instructor_id=person.id, position=0))


@pytest.mark.parametrize(
    "typed", ["Müller", "Mueller", "Muller", "MÜLLER", "mu\N{COMBINING DIAERESIS}ller"]
)
@pytest.mark.parametrize("written", ["Müller", "Mueller", "Muller"])
def test_a_name_is_found_in_every_spelling_of_its_umlaut(written: str, typed: str) -> None:
    teach(make_course(title="Aquarell"), written)
    make_course(title="Töpfern")
    assert titles(typed) == ["Aquarell"]


@pytest.mark.parametrize("typed", ["Gießen", "giessen", "GIESSEN"])
def test_a_sharp_s_is_two(typed: str) -> None:
    make_course(title="Zinn gießen")
    assert titles(typed) == ["Zinn gießen"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Ein Kurs", "Kurse"),
        ("Alte Häuser", "Haus"),
        ("Singen für Frauen", "Frau"),
        ("Die neue Steuer", "Steuern"),
        ("Neue Wege", "neuen"),
        ("Kinder malen", "Kind"),
    ],
)
def test_other_forms_of_a_word_are_the_same_word(written: str, typed: str) -> None:
    make_course(title=written)
    make_course(title="Zymurgie")
    result = find(typed)
    assert ([card.title for card in result.cards], result.similar) == ([written], False)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Wirbelsäulengymnastik", "gymnastik"),
        ("Wirbelsäulengymnastik", "Wirbelsäule"),
        ("Tabellenkalkulation", "Tabelle"),
        ("Rückenschule am Morgen", "rücken schule"),
        ("Italienischkurs", "Italienisch"),
    ],
)
def test_a_part_of_a_compound_word_finds_the_whole(written: str, typed: str) -> None:
    make_course(title=written)
    make_course(title="Zymurgie")
    assert titles(typed) == [written]


def test_parts_are_also_learned_from_titles_in_which_they_stand_alone() -> None:
    make_course(title="Kendama")
    make_course(title="Kendamaturnier")
    assert sorted(titles("Kendama")) == ["Kendama", "Kendamaturnier"]


@pytest.mark.parametrize(
    "typed",
    ["191-4632", "1914632", "191 4632", " 191/4632 ", "4632", "191-46", "191-4632 Englisch"],
)
def test_a_course_number_is_found_in_every_spelling(typed: str) -> None:
    make_course(title="Englisch für Kinder", number="191-4632")
    make_course(title="Englisch für Kinder II", number="192-4711")
    assert titles(typed) == ["Englisch für Kinder"]


@pytest.mark.parametrize("typed", ["mi302-121h", "MI302-121H", "Mi302121H", "Mi 302-121H"])
def test_letters_of_a_course_number_may_be_large_or_small(typed: str) -> None:
    make_course(title="Kickboxen", number="Mi302-121H")
    make_course(title="Tanz", number="Mi303-121H")
    assert titles(typed) == ["Kickboxen"]


def test_all_words_must_be_there() -> None:
    make_course(title="Yoga im Park")
    make_course(title="Yoga im Garten")
    assert titles("yoga park") == ["Yoga im Park"]


def test_little_words_do_not_hide_a_course() -> None:
    make_course(title="Yoga, Pilates")
    assert titles("Yoga und Pilates") == ["Yoga, Pilates"]
    assert titles("Kurse mit Yoga") == []


def test_a_word_is_found_while_it_is_typed() -> None:
    make_course(title="Wirbelsäulengymnastik")
    make_course(title="Töpfern")
    for typed in ("wirb", "wirbelsäulengy", "Wirbelsäulengymnasti"):
        assert titles(typed) == ["Wirbelsäulengymnastik"]
    assert titles("wirb töpfern") == []


@pytest.mark.parametrize(
    "typed", ["Gymnastk", "Gymnsatik", "Gimnastik", "Gymnastikk", "Gymmnastig"]
)
def test_a_typo_finds_what_was_meant_and_the_result_says_so(typed: str) -> None:
    make_course(title="Gymnastik im Sitzen")
    make_course(title="Töpfern")
    result = find(typed)
    assert [card.title for card in result.cards] == ["Gymnastik im Sitzen"]
    assert result.similar


def test_a_typo_in_one_word_leaves_the_others_exact() -> None:
    make_course(title="Gymnastik am Strand")
    make_course(title="Gymnastik am Abgrund")
    assert titles("Gymnastk Strand") == ["Gymnastik am Strand"]


def test_short_words_are_never_taken_for_others() -> None:
    make_course(title="Ton")
    assert titles("Tan") == []


def test_similar_words_are_only_asked_when_no_course_has_the_word() -> None:
    make_course(title="Kochen")
    make_course(title="Sechs Wochen", area_code="2")
    assert titles("Kochen") == ["Kochen"]
    elsewhere = find("Kochen", chosen=chosen(bereich="bereich-2"))
    assert (elsewhere.total, elsewhere.similar) == (0, False)


def test_a_title_counts_for_more_than_a_description() -> None:
    make_course(title="Malen", description_html="<p>Wir reden auch über Yoga.</p>")
    make_course(title="Yoga am Meer", description_html="<p>Lang " + "und breit " * 50 + "</p>")
    assert titles("Yoga", sort="relevanz") == ["Yoga am Meer", "Malen"]


@pytest.mark.parametrize("typed", ["Atelier", "Schlagwort", "Suchwort", "Zeile", "Beschreibung"])
def test_all_texts_of_a_course_are_searched(typed: str) -> None:
    with transaction() as session:
        room = Room(name="Raum 2", venue=Venue(name="Atelier im Hof"))
        session.add(room)
    course = make_course(
        title="Aquarell",
        subtitle="Zweite Zeile",
        tags=["Schlagwort"],
        search_words="Suchwort",
        description_html="<p>Eine <b>Beschreibung</b></p>",
        sessions=0,
    )
    with transaction() as session:
        session.add(
            CourseSession(course_id=course.id, position=0, day=course.starts_on, room_id=room.id)
        )
    assert titles(typed) == ["Aquarell"]


def test_what_a_page_hides_between_tags_is_no_word() -> None:
    make_course(title="Aquarell", description_html='<p title="verborgen">Farbe</p>')
    assert titles("verborgen") == []
    assert titles("Farbe") == ["Aquarell"]
