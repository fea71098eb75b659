"""To Kufer and back: each request goes once, each answer counts once, whoever dies in between."""

import signal
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.audit.models import AuditEntry
from kmz.booking.kufer.file import in_charset
from kmz.booking.kufer.folder import FolderError, export_requests
from kmz.booking.models import (
    Booking,
    BookingStatus,
    KuferExport,
)
from kmz.booking.office.decisions import reject_booking
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.booking.kufer_steps import make_paid_request, names
from tests.conftest import SECRETS
from tests.factories import (
    IBAN,
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_staff,
)
from tests.tools.program import environment, run_kmz


def add_child(request_id: int, course: Course) -> None:
    """One more participant of the same request, as a family books."""
    with transaction() as session:
        session.add(
            Booking(
                request_id=request_id,
                course_id=course.id,
                participant_first_name="Mia",
                participant_last_name="Beispiel",
                participant_key=f"child-of-{request_id}",
                participant_birth_date=date(2019, 2, 1),
                is_minor=True,
                status=BookingStatus.REQUESTED,
                fee_cents=4900,
                agreed={},
                requested_at=clock.now(),
            )
        )


def read(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_bytes())  # noqa: S314 - our own file


def texts(root: ElementTree.Element, path: str) -> list[str | None]:
    return [element.text for element in root.findall(path)]


def test_a_file_says_what_kufer_needs(app: Flask, folder: Path) -> None:
    course = make_course(number="262-3209", fee_cents=8470)
    request = make_paid_request(course, first_name="Zoë", last_name="Beispiel")
    add_child(request.id, course)
    assert export_requests(folder, charset="utf-8") == 1
    (name,) = names(folder)
    assert name == f"{int(request.created_at.timestamp())}-{request.reference}.xml"
    root = read(folder / name)
    person = "ANMELDUNG/STAMMDATEN/"
    for tag, text in {
        "NAME": "Beispiel",
        "VORNAME": "Zoë",
        "STRASSE": "Hafenweg 7",
        "ORT": "12345 Musterstadt",
        "NATION": "Deutschland",
        "RECHADR1": "Zoë Beispiel",
        "KONTOINH": "Zoë Beispiel",
        "IBAN": IBAN,
        "BEMERKUNG": f"Vorgang {request.reference}",
    }.items():
        assert texts(root, person + tag) == [text], tag
    course_tag = "ANMELDUNG/KURSE/KURS/"
    for tag, text in {
        "KURSNUMMER": "262-3209",
        "STATUS": "A",
        "ZAHLART": "L",
        "KURSGEBUEHR": "133.70",
        "ABW_TNR": "-1",
        "ANZAHL": "2",
        "WEITEREANM/WEITERANM/TYP": "K",
        "WEITEREANM/WEITERANM/KURSGEBUEHR": "49.00",
        "WEITEREANM/WEITERANM/WEITERSTAMM/VORNAME": "Mia",
        "WEITEREANM/WEITERANM/WEITERSTAMM/GEBDATUM": "01.02.2019",
    }.items():
        assert texts(root, course_tag + tag) == [text], tag
    assert b"\r" not in (folder / name).read_bytes()


def test_no_bank_data_leave_without_a_debit(app: Flask, folder: Path) -> None:
    customer = make_customer()
    make_bank_account(customer)
    make_request(customer, make_course(fee_cents=0))
    export_requests(folder, charset="utf-8")
    content = (folder / names(folder)[0]).read_text(encoding="utf-8")
    assert IBAN not in content
    assert "<ZAHLART>R</ZAHLART>" in content
    assert db.session.scalars(handed_over()).one().details["bank_data"] is False


def handed_over():  # type: ignore[no-untyped-def]
    return select(AuditEntry).where(AuditEntry.action == "booking.handed_to_kufer")


def test_bank_data_leave_into_private_files_and_the_audit_says_so(app: Flask, folder: Path) -> None:
    request = make_paid_request()
    export_requests(folder, charset="utf-8")
    assert stat.S_IMODE((folder / names(folder)[0]).stat().st_mode) == 0o600
    entry = db.session.scalars(handed_over()).one()
    assert (entry.actor, entry.object_id) == ("system", request.id)
    assert entry.details == {"file": names(folder)[0], "bank_data": True}


@pytest.mark.parametrize("mode", [0o755, 0o701, 0o702])
def test_a_folder_that_is_open_to_all_is_refused(app: Flask, folder: Path, mode: int) -> None:
    make_paid_request()
    folder.chmod(mode)
    with pytest.raises(FolderError, match="allen"):
        export_requests(folder, charset="utf-8")
    assert names(folder) == []
    with pytest.raises(FolderError, match="kein Ordner"):
        export_requests(folder / "none", charset="utf-8")


def test_a_request_goes_once_even_when_kufer_took_its_file(app: Flask, folder: Path) -> None:
    make_paid_request()
    assert export_requests(folder, charset="utf-8") == 1
    (folder / names(folder)[0]).unlink()
    assert export_requests(folder, charset="utf-8") == 0
    make_paid_request()
    assert export_requests(folder, charset="utf-8") == 1


def test_what_ended_before_it_was_handed_over_stays_here(app: Flask, folder: Path) -> None:
    course, other = make_course(fee_cents=0), make_course(fee_cents=0)
    make_request(make_customer(), course)
    make_request(make_customer(), course, other)
    first, second, _ = db.session.scalars(select(Booking.id).order_by(Booking.id)).all()
    for number in (first, second):
        reject_booking(number, reason="Versehen", by=make_staff())
    assert export_requests(folder, charset="utf-8") == 1
    assert texts(read(folder / names(folder)[0]), ".//KURSNUMMER") == [other.number]


def test_two_runs_at_once_do_not_disturb_each_other(app: Flask, folder: Path) -> None:
    import fcntl

    make_paid_request()
    with (folder / ".kmz-sperre").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FolderError, match="anderen Lauf"):
            export_requests(folder, charset="utf-8")
    assert export_requests(folder, charset="utf-8") == 1


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Łukasz Žižek", "Lukasz Žižek"),
        ("Şule Doğan", "Sule Dogan"),
        ("Mu\u0308ller", "Müller"),
        ("Đorđe – „Ana“", "Dorde – „Ana“"),
        ("Ольга", "?????"),
    ],
)
def test_letters_that_windows_lacks_are_written_otherwise(name: str, written: str) -> None:
    assert in_charset(name, "windows-1252") == written
    assert in_charset("Łukasz Ольга", "utf-8") == "Łukasz Ольга"


def test_a_file_in_windows_letters_says_so_and_reads_well(app: Flask, folder: Path) -> None:
    make_paid_request(first_name="Şule", last_name="Weiß-Öz")
    export_requests(folder, charset="windows-1252")
    content = (folder / names(folder)[0]).read_bytes()
    assert content.startswith(b"<?xml version='1.0' encoding='windows-1252'?>")
    assert "Weiß-Öz".encode("cp1252") in content
    assert texts(read(folder / names(folder)[0]), ".//STAMMDATEN/VORNAME") == ["Sule"]


_DIES = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.orm import Session
from kmz.cli import main
moment, left = sys.argv.pop(1), int(sys.argv.pop(1))

def met(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

if moment == "row":
    event.listen(Session, "before_commit", met)
else:
    sys.addaudithook(lambda name, _: met() if name == "os.rename" else None)
main(prog_name="kmz")
"""


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("moment", ["row", "name"])
def test_killed_between_file_and_row_nothing_is_lost_and_nothing_comes_twice(
    app: Flask, database_url: str, tmp_path: Path, folder: Path, moment: str, nth: int
) -> None:
    requests = [make_paid_request() for _ in range(3)]
    expected = sorted(f"{int(one.created_at.timestamp())}-{one.reference}.xml" for one in requests)
    db.session.rollback()
    settings = {
        **SECRETS,
        "KMZ_MODE": "test",
        "KMZ_DATABASE_URL": database_url,
        "KMZ_PUBLIC_URL": "http://localhost",
        "KMZ_INSTANCE": str(tmp_path),
    }
    command = ("export", "kufer-anmeldungen", "--to", str(folder))
    died = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _DIES, moment, str(nth), *command],
        env=environment(settings),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    taken = names(folder)
    assert len(taken) == nth - 1
    for name in taken:  # Kufer is quick
        (folder / name).unlink()
    again = run_kmz(*command, settings=settings)
    assert again.stdout == f"Übergebene Vorgänge: {3 - len(taken)}\n", again.stderr
    db.session.rollback()
    assert sorted(taken + names(folder)) == expected
    assert sorted(db.session.scalars(select(KuferExport.file_name))) == expected
    assert list(folder.glob(".*.unfertig")) == []
    assert all(read(folder / name).tag == "ANMELDUNGEN" for name in names(folder))


def test_closed_accounts_go_nowhere(app: Flask, folder: Path) -> None:
    make_paid_request()
    with transaction() as session:
        session.scalars(select(CustomerAccount)).one().closed_at = clock.now()
    assert export_requests(folder, charset="utf-8") == 0
