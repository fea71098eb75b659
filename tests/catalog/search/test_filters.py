"""Every filter: what it finds, what it counts, and how filters work together."""

from datetime import date, timedelta
from typing import Any

import pytest

from kmz import clock
from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Venue
from kmz.catalog.search.criteria import CURRENT, EVERYTHING
from kmz.db import transaction
from tests.catalog.search.finding import chosen, find, titles
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")

TUESDAY = date(2027, 3, 2)


@pytest.fixture(autouse=True)
def january() -> Any:
    with clock.moved_by(days=(date(2027, 1, 11) - clock.today()).days):
        yield


def make_room(venue: str, **fields: Any) -> Room:
    with transaction() as session:
        place = {name: fields.pop(name) for name in ("postal_code", "city") if name in fields}
        room = Room(name="1", venue=Venue(name=venue, **place), **fields)
        session.add(room)
    return room


def meet(course: Course, *, day: date, hour: int, room: Room | None = None) -> Course:
    """Give a course a session at this hour."""
    with transaction() as session:
        session.add(
            CourseSession(
                course_id=course.id,
                position=9,
                day=day,
                starts_at=clock.berlin_moment(day, hour),
                ends_at=clock.berlin_moment(day, hour + 1),
                room_id=room.id if room else None,
            )
        )
    return course


def counts(name: str, words: str = "", **criteria: Any) -> dict[str, int]:
    options = find(words, **criteria).group(name).options
    return {option.value: option.count for option in options if option.count}


def test_weekdays_count_what_they_would_add() -> None:
    make_course(title="Dienstags", starts_on=TUESDAY)
    make_course(title="Mittwochs", starts_on=TUESDAY + timedelta(days=1))
    assert counts("tag") == counts("tag", chosen=chosen(tag="di")) == {"di": 1, "mi": 1}
    assert titles(chosen=chosen(tag="di")) == ["Dienstags"]
    assert titles(chosen=chosen(tag="di mi")) == ["Dienstags", "Mittwochs"]


def test_a_chosen_filter_narrows_the_counts_of_the_others() -> None:
    make_course(title="Yoga", starts_on=TUESDAY, area_code="3")
    make_course(title="Englisch", starts_on=TUESDAY, area_code="4")
    make_course(title="Spanisch", starts_on=TUESDAY + timedelta(days=1), area_code="4")
    assert counts("tag", chosen=chosen(bereich="bereich-4")) == {"di": 1, "mi": 1}
    assert counts("bereich", chosen=chosen(bereich="bereich-4", tag="di")) == {
        "bereich-3": 1,
        "bereich-4": 1,
    }


def test_counts_are_the_same_for_many_courses_as_for_few() -> None:
    """More than the search counts one by one."""
    for number in range(410):
        make_course(title="Kurs", number=f"271-{number:04d}", starts_on=TUESDAY)
    assert counts("tag") == {"di": 410}
    assert counts("tag", chosen=chosen(bereich="bereich-4")) == {"di": 410}


def test_an_odd_day_among_many_is_no_day_of_the_course() -> None:
    course = make_course(title="Yoga", starts_on=TUESDAY, sessions=5)
    meet(course, day=date(2027, 4, 10), hour=10)
    assert counts("tag") == {"di": 1}


@pytest.mark.parametrize(
    ("hour", "time"),
    [(8, "vormittags"), (11, "vormittags"), (12, "nachmittags"), (16, "nachmittags"),
     (17, "abends"), (21, "abends")],
)  # fmt: skip
def test_the_time_of_the_day_is_that_of_the_berlin_clock(hour: int, time: str) -> None:
    meet(make_course(title="Yoga", sessions=0), day=date(2027, 7, 1), hour=hour)
    assert counts("zeit") == {time: 1}


def test_fees_fit_into_every_band_that_is_wide_enough() -> None:
    for fee in (0, 2000, 5000, 9900, 12_000, None):
        make_course(title=f"Kurs {fee}", fee_cents=fee)
    assert counts("entgelt") == {
        "kostenlos": 1,
        "bis-25": 2,
        "bis-50": 3,
        "bis-100": 4,
        "ueber-100": 1,
    }


@pytest.mark.parametrize(
    ("level", "values"),
    [
        ("A1.2", ["a1"]),
        ("A1/A2", ["a1", "a2"]),
        ("B1+", ["b1"]),
        ("A1.1-A1.4", ["a1"]),
        ("A2-B2", ["a2", "b1", "b2"]),
        ("C1/C2", ["c1", "c2"]),
        ("A1.0a", ["a1"]),
        ("Einsteiger", []),
    ],
)
def test_levels_are_read_in_every_spelling(level: str, values: list[str]) -> None:
    make_course(title="Englisch", level=level)
    assert sorted(counts("niveau")) == values


def test_format_kind_and_target_group_are_filters() -> None:
    make_course(title="Vortrag", kind="event", format="online", target_group="h - Sonstige")
    make_course(title="Kurs", target_group=" - Migrant/innen")
    assert counts("format") == {"praesenz": 1, "online": 1}
    assert titles(chosen=chosen(art="veranstaltung")) == ["Vortrag"]
    group = find().group("zielgruppe").options
    assert [(option.label, option.count) for option in group] == [("Migrant/innen", 1)]


def test_features_narrow_each_other() -> None:
    make_course(title="Sicher", guaranteed=True)
    make_course(title="Bildungszeit", educational_leave=True)
    make_course(title="Beides", guaranteed=True, educational_leave=True)
    assert sorted(titles(chosen=chosen(merkmal="garantiert"))) == ["Beides", "Sicher"]
    both = chosen(merkmal="garantiert bildungsurlaub")
    assert titles(chosen=both) == ["Beides"]
    found = counts("merkmal", chosen=chosen(merkmal="garantiert"))
    assert (found["garantiert"], found["bildungsurlaub"]) == (2, 1)


def test_step_free_means_that_every_place_is() -> None:
    ramp = make_room("Haus mit Rampe", accessible=True)
    stairs = make_room("Turm", accessible=False)
    day = date(2027, 3, 2)
    meet(make_course(title="Ohne Stufen", sessions=0), day=day, hour=9, room=ramp)
    course = meet(make_course(title="Mit Stufen", sessions=0), day=day, hour=9, room=stairs)
    with transaction() as session:
        session.add(CourseSession(course_id=course.id, position=1, day=day, room_id=ramp.id))
    make_course(title="Ort unbekannt")
    assert titles(chosen=chosen(merkmal="stufenlos")) == ["Ohne Stufen"]


def test_begun_courses_can_be_left_out() -> None:
    today = clock.today()
    make_course(title="Läuft", starts_on=today - timedelta(days=3), late_entry=True)
    make_course(title="Kommt", starts_on=today + timedelta(days=3))
    assert titles() == ["Kommt", "Läuft"]
    assert titles(chosen=chosen(merkmal="nicht-begonnen")) == ["Kommt"]


def test_a_place_is_the_town_or_the_district() -> None:
    day = date(2027, 3, 2)
    town = make_room("Rathaus", city="Musterstadt", postal_code="12345")
    berlin = make_room("VHS", city="Berlin / Mitte", postal_code="10115")
    meet(make_course(title="Stadt", sessions=0), day=day, hour=9, room=town)
    meet(make_course(title="Bezirk", sessions=0), day=day, hour=9, room=berlin)
    meet(make_course(title="Genau", sessions=0, district="Nord"), day=day, hour=9, room=town)
    assert counts("ort") == {"mitte": 1, "musterstadt": 1, "nord": 1}
    assert titles(chosen=chosen(ort="musterstadt")) == ["Stadt"]
    assert len(titles(chosen=chosen(haus=str(town.venue_id)))) == 2


def test_a_person_and_a_semester_are_filters_of_their_own_pages() -> None:
    course = make_course(title="Yoga")
    with transaction() as session:
        person = Instructor(first_name="Kim", last_name="Muster")
        session.add(person)
        session.flush()
        session.add(CourseInstructor(course_id=course.id, instructor_id=person.id, position=0))
    make_course(title="Tanz")
    result = find(chosen=chosen(kursleitung=str(person.id)))
    assert [card.title for card in result.cards] == ["Yoga"]
    assert [option.label for option in result.group("kursleitung").options] == ["Kim Muster"]
    with pytest.raises(KeyError):
        find().group("kursleitung")


def test_dates_bound_the_first_day_also_of_courses_that_have_begun() -> None:
    today = clock.today()
    for days in (-20, -5, 5, 20):
        make_course(title=f"{days}", starts_on=today + timedelta(days=days), late_entry=True)
    make_course(title="offen", starts_on=None, ends_on=None, sessions=0)
    between = {"first_on": today - timedelta(days=5), "last_on": today + timedelta(days=5)}
    assert titles(shown=EVERYTHING, **between) == ["5", "-5"]
    assert titles(shown=EVERYTHING, first_on=today + timedelta(days=6)) == ["20"]
    assert titles(shown=EVERYTHING, last_on=today - timedelta(days=6)) == ["-20"]
    assert titles(last_on=today, first_on=today + timedelta(days=1)) == []


def test_months_are_named() -> None:
    make_course(title="Yoga", starts_on=date(2027, 3, 2))
    options = find().group("monat").options
    assert [(option.value, option.label) for option in options] == [("2027-03", "März 2027")]


def test_distance_is_counted_from_a_postal_code() -> None:
    near = make_room("Nah", postal_code="10115", latitude=52.53, longitude=13.39)
    far = make_room("Fern", postal_code="14169", latitude=52.43, longitude=13.26)
    day = date(2027, 3, 2)
    meet(make_course(title="Nah", sessions=0), day=day, hour=9, room=near)
    meet(make_course(title="Fern", sessions=0), day=day, hour=9, room=far)
    assert titles(postal_code="10115", radius_km=5) == ["Nah"]
    assert titles(postal_code="10115", radius_km=20) == ["Nah", "Fern"]


def test_only_bookable_courses_are_listed_unless_somebody_wants_more() -> None:
    now, today = clock.now(), clock.today()
    make_course(title="frei")
    make_course(title="bald", booking_opens_at=now + timedelta(days=2))
    make_course(title="telefonisch", booking_channel="office")
    make_course(title="voll", max_participants=3, seats_taken=3)
    make_course(title="abgesagt", cancelled_at=now)
    make_course(title="zu spät", booking_closes_at=now - timedelta(days=1))
    make_course(title="läuft", starts_on=today - timedelta(days=1))
    make_course(title="vorbei", starts_on=today - timedelta(days=90))
    assert sorted(titles()) == ["bald", "frei", "telefonisch"]
    assert len(titles(shown=CURRENT)) == 7
    assert len(titles(shown=EVERYTHING)) == 8


def test_a_course_leaves_the_bookable_ones_with_its_last_seat() -> None:
    course = make_course(title="Yoga", max_participants=3)
    assert titles() == ["Yoga"]
    with transaction() as session:
        session.get_one(Course, course.id).seats_taken = 3
    assert titles() == []


def test_a_course_becomes_bookable_without_anybody_writing() -> None:
    closes = clock.now() + timedelta(hours=1)
    make_course(title="Yoga", booking_closes_at=closes)
    assert titles() == ["Yoga"]
    with clock.moved_by(hours=2):
        assert titles() == []


def test_nothing_found_says_what_to_leave_out() -> None:
    make_course(title="Yoga", starts_on=TUESDAY, area_code="3")
    make_course(
        title="Yoga voll", starts_on=TUESDAY, area_code="3", max_participants=1, seats_taken=1
    )
    result = find("yoga", chosen=chosen(tag="mi", bereich="bereich-3"))
    assert result.total == 0
    assert [(way.name, way.count) for way in result.loosenings] == [("tag", 1)]
    result = find("voll", chosen=chosen(bereich="bereich-3"))
    assert [(way.name, way.count) for way in result.loosenings] == [("q", 1), ("anzeige", 1)]
