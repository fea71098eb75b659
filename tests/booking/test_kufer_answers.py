"""What comes back from Kufer counts once, and only for what was handed over."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.audit.actions import SYSTEM
from kmz.audit.models import AuditEntry
from kmz.booking.kufer.folder import DONE, Answers, export_requests, read_answers
from kmz.booking.models import Booking, BookingStatus, KuferExport
from kmz.booking.transitions import move
from kmz.db import db, transaction
from tests.booking.conftest import count_mails
from tests.booking.kufer_steps import make_paid_request, names
from tests.factories import make_course, make_customer, make_request


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Booking.status).order_by(Booking.id)))


def answer(folder: Path, *, delete: bool = False) -> Answers:
    return read_answers(folder, delete=delete, say=lambda _line: None)


def test_a_file_that_kufer_has_done_means_fest_eingebucht_once(app: Flask, folder: Path) -> None:
    make_paid_request()
    export_requests(folder, charset="utf-8")
    assert answer(folder).files == 0
    assert statuses() == ["requested"]
    (name,) = names(folder)
    (folder / DONE).mkdir()
    (folder / name).rename(folder / DONE / name)
    assert answer(folder).confirmed == 1
    assert answer(folder).confirmed == 0
    assert (statuses(), count_mails("M09")) == (["confirmed"], 1)
    row = db.session.scalars(select(KuferExport)).one()
    assert row.acknowledged_at is not None
    actions = select(func.count()).where(AuditEntry.action == "booking.acknowledged_by_kufer")
    assert db.session.scalar(actions) == 1
    assert answer(folder, delete=True).files == 1
    assert names(folder / DONE) == []


def write_answer(folder: Path, content: str, name: str = "antwort.xml") -> None:
    (folder / name).write_text(f"<ANMELDUNGEN>{content}</ANMELDUNGEN>", encoding="utf-8")


def test_an_answer_books_in_the_courses_it_names(app: Flask, folder: Path) -> None:
    first, second = make_course(fee_cents=0), make_course(fee_cents=0)
    request = make_request(make_customer(), first, second)
    export_requests(folder, charset="utf-8")
    courses = "".join(
        f"<KURS><KURSNUMMER>{course.number}</KURSNUMMER><STATUS>{status}</STATUS></KURS>"
        for course, status in ((first, "E"), (second, "A"))
    )
    said = f"<ANMELDUNG><VORGANG>{request.reference}</VORGANG>"
    write_answer(folder, f"{said}<KURSE>{courses}</KURSE></ANMELDUNG>")
    assert answer(folder).confirmed == 1
    assert statuses() == ["confirmed", "requested"]
    write_answer(folder, f"{said}</ANMELDUNG>", "spaeter.xml")
    assert answer(folder).confirmed == 1
    assert (statuses(), count_mails("M09")) == (["confirmed", "confirmed"], 2)


@pytest.mark.parametrize("courses", ["<KURSE/>", "<KURSE/><KURSE/>", "<KURSE><KURS/></KURSE>"])
def test_an_answer_that_names_no_course_books_none_in(
    app: Flask, folder: Path, courses: str
) -> None:
    request = make_request(make_customer(), make_course(fee_cents=0))
    export_requests(folder, charset="utf-8")
    write_answer(folder, f"<ANMELDUNG><VORGANG>{request.reference}</VORGANG>{courses}</ANMELDUNG>")
    assert answer(folder).confirmed == 0
    assert statuses() == ["requested"]


def test_what_ended_meanwhile_stays_ended(app: Flask, folder: Path) -> None:
    make_paid_request()
    export_requests(folder, charset="utf-8")
    (name,) = names(folder)
    with transaction() as session:
        ids = list(session.scalars(select(Booking.id)))
        move(session, ids, (BookingStatus.REQUESTED,), BookingStatus.WITHDRAWN, by=SYSTEM)
    (folder / DONE).mkdir()
    (folder / name).rename(folder / DONE / name)
    assert answer(folder).confirmed == 0
    assert (statuses(), count_mails("M09")) == (["withdrawn"], 0)


def test_what_cannot_be_used_is_said_and_stays(app: Flask, folder: Path) -> None:
    never_handed_over = make_request(make_customer(), make_course(fee_cents=0))
    write_answer(folder, f"<ANMELDUNG><VORGANG>{never_handed_over.reference}</VORGANG></ANMELDUNG>")
    (folder / "kaputt.xml").write_text("<ANMELDUNGEN><ANMELDUNG>", encoding="utf-8")
    (folder / "fremd.xml").write_text("<kurse/>", encoding="utf-8")
    entity = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><ANMELDUNGEN/>"
    (folder / "boese.xml").write_text(entity, encoding="utf-8")
    found = answer(folder, delete=True)
    assert len(found.notes) == 4
    assert len(names(folder)) == 4
    assert statuses() == ["requested"]
