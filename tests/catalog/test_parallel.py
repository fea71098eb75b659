"""Which courses are parallel: the same thing at another time (domain.md 1.7)."""

from datetime import timedelta

from flask import Flask

from kmz import clock
from kmz.catalog.models import Course, Semester
from kmz.catalog.parallel import are_parallel, parallel_courses
from kmz.db import transaction
from tests.factories import make_course


def semester(code: str) -> int:
    with transaction() as session:
        made = Semester(code=code, name=f"Semester {code}")
        session.add(made)
        session.flush()
        return made.id


def numbers_beside(course: Course) -> list[str]:
    return [found.number for found in parallel_courses(course)]


def test_the_title_decides_in_any_case_and_spacing(app: Flask) -> None:
    assert app
    spring = semester("271")
    course = make_course(title="Ölmalerei für alle", semester_id=spring)
    same = make_course(title="ÖLMALEREI  für Alle", semester_id=spring)
    make_course(title="Ölmalerei für alle II", semester_id=spring)
    make_course(title="Ölmalerei für alle", semester_id=semester("272"))
    make_course(title="Ölmalerei für alle")
    assert numbers_beside(course) == [same.number]
    assert are_parallel(course, same)
    assert not are_parallel(course, course)


def test_courses_without_a_semester_have_no_parallel_ones(app: Flask) -> None:
    assert app
    one, other = make_course(title="Yoga"), make_course(title="Yoga")
    assert not are_parallel(one, other)
    assert parallel_courses(one) == []


def test_what_nobody_can_join_is_left_out_and_the_sooner_comes_first(app: Flask) -> None:
    assert app
    spring, today = semester("271"), clock.today()
    course = make_course(title="Yoga", semester_id=spring)
    later = make_course(
        title="Yoga", semester_id=spring, starts_on=today + timedelta(days=50)
    ).number
    sooner = make_course(
        title="Yoga", semester_id=spring, starts_on=today + timedelta(days=9)
    ).number
    make_course(title="Yoga", semester_id=spring, cancelled_at=clock.now())
    make_course(title="Yoga", semester_id=spring, published_at=None)
    make_course(title="Yoga", semester_id=spring, starts_on=today - timedelta(days=30))
    assert numbers_beside(course) == [sooner, later]
