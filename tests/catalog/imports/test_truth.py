"""Seventy synthetic courses full of awkward cases, compared with what they mean.

`data/` was written by the course feed generator of the project's shared data (70 courses, seed 219,
all awkward, formats berlin and berlin2020); `truth.jsonl` says what an importer must read out.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from kmz.catalog.areas import AREAS
from kmz.catalog.imports.berlin import parse_record
from kmz.catalog.imports.imported import ImportedCourse, ImportedSession
from kmz.catalog.imports.records import read_records, storable

DATA = Path(__file__).parent / "data"
FORMATS = {"praesenz": "onsite", "online": "online", "blended": "hybrid"}


def courses(dialect: str) -> dict[str, ImportedCourse]:
    records = read_records((DATA / f"{dialect}.json").read_bytes())
    read: dict[str, ImportedCourse] = {}
    for course in map(parse_record, map(storable, records)):
        read.setdefault(course.external_id, course)
    return read


def truths() -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for line in (DATA / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        told.setdefault(truth["guid"], truth)
    return told


def area_name(code: str | None) -> str | None:
    return AREAS[code[0]].name if code else None


def facts_of_both(course: ImportedCourse) -> dict[str, Any]:
    return {
        "nummer": course.number,
        "titel": course.title,
        "dvv": course.program_area_code,
        "programmbereich": area_name(course.program_area_code),
        "stufe": course.level or None,
        "entgelt_cent": course.fee_cents,
        "ermaessigt_cent": course.reduced_fee_cents,
        "kostenfrei": course.fee_cents == 0,
        "auf_anfrage": course.fee_cents is None,
        "min": course.min_participants,
        "max": course.max_participants,
        "warteliste": course.external_waiting,
        "ue": course.teaching_units,
    }


def facts_of_2026(course: ImportedCourse) -> dict[str, Any]:
    return facts_of_both(course) | {
        "bezirk": course.district,
        "art": course.event_type or None,
        "form": course.format,
        "aktuell": course.external_participants,
        "dozenten": [
            " ".join(part for part in (one.title, one.first_name, one.last_name) if part)
            for one in course.instructors
        ],
        "termine": [facts_of_session(session) for session in course.sessions],
    }


def facts_of_session(session: ImportedSession) -> list[Any]:
    moments = (session.starts_at, session.ends_at)
    place = session.place
    return [
        session.day.isoformat(),
        *(moment.strftime("%Y-%m-%dT%H:%MZ") if moment else None for moment in moments),
        [place.name, place.postal_code or None, place.city, place.street or None]
        if place
        else None,
        session.is_cancelled,
    ]


def told(truth: dict[str, Any]) -> dict[str, Any]:
    sessions = [[*when, truth["orte"][place], off] for *when, place, off in truth["termine"]]
    number = truth["nummer"].strip()
    return truth | {"nummer": number, "form": FORMATS[truth["form"]], "termine": sessions}


@pytest.mark.parametrize(
    ("dialect", "facts_of"), [("berlin", facts_of_2026), ("berlin2020", facts_of_both)]
)
def test_every_field_that_the_model_has_agrees_with_the_truth(dialect: str, facts_of: Any) -> None:
    read, expected = courses(dialect), truths()
    assert read.keys() == expected.keys()
    for guid, truth in expected.items():
        facts, right = facts_of(read[guid]), told(truth)
        assert facts == {name: right[name] for name in facts}, guid
        assert read[guid].is_cancelled == (truth["status"] == "abgesagt"), guid
