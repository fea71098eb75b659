"""Meine Daten: everything about the customer, nothing about anybody else (L26)."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.accounts.own_data import mailboxes_of
from kmz.audit.models import AuditEntry
from kmz.booking.own_data import SECTIONS as BOOKING_SECTIONS
from kmz.customer_area.archive import SECTIONS, archive_of
from kmz.db import Base, db
from kmz.mail.models import OutgoingMail
from kmz.mail.queries import mails_in
from kmz.own_data import Section
from tests.customer_area.conftest import give_one_of_everything
from tests.factories import IBAN, make_course, make_customer, make_request
from tests.page import Browser
from tests.statements import counted_statements
from tests.steps import send, token_of
from tests.test_migrations import load_all_models

# Tables that point to customers, or to what customers own, and are no part of the archive.
NOT_TOLD = {
    "login_failure": "knows only fingerprints, and vanishes after 90 days",
    "webauthn_challenge": "lives for minutes",
    "puzzle": "lives for minutes",
    "seat_hold": "lives for minutes; the draft or the offer behind it is told",
    "kufer_export": "what the office handed over; the bookings in it are told",
    "kufer_correction": "what the office has ended in Kufer, too; the bookings in it are told",
    "audit_entry": "the portal's own evidence; holds ids, and what happened stands in the archive",
}


def unpacked(archive: bytes) -> tuple[str, dict[str, Any]]:
    """The page and the data of the JSON file."""
    with ZipFile(BytesIO(archive)) as files:
        assert files.namelist() == ["meine-daten.html", "meine-daten.json"]
        page = files.read("meine-daten.html").decode()
        content = json.loads(files.read("meine-daten.json"))
    assert (content["format"], content["version"]) == ("kmz-meine-daten", 1)
    return page, content["data"]


def download(browser: Browser) -> Any:
    browser.open("/konto/meine-daten")
    fields = dict(browser.page.form(button="Herunterladen").fields)
    return browser.client.post("/konto/meine-daten/archiv", data=fields)


def test_the_archive_tells_of_every_table_that_knows_customers() -> None:
    load_all_models()
    tables = Base.metadata.tables
    known = {"customer_account"}
    while True:  # what belongs to a customer, and what belongs to that
        more = {
            name
            for name, table in tables.items()
            if any(key.column.table.name in known for key in table.foreign_keys)
        }
        if more <= known:
            break
        known |= more
    told = {table for section in SECTIONS for table in section.tables}
    assert known - told - set(NOT_TOLD) == set()


def test_every_part_of_the_archive_holds_its_record(own: Browser) -> None:
    customer = db.session.scalars(select(CustomerAccount)).one()
    _, data = unpacked(download(own).data)
    assert [key for key, records in data.items() if not records] == []
    assert data["account"][0]["email"] == customer.email
    assert data["bookings"][0]["bookings"][0]["events"][0]["status"] == "requested"


def test_the_iban_is_masked_to_read_and_whole_for_programs(own: Browser) -> None:
    page, data = unpacked(download(own).data)
    assert IBAN not in page.replace(" ", "")
    assert "DE89 •••• •••• •••• ••30 00" in page
    assert data["bank_accounts"][0]["iban"] == data["mandates"][0]["iban"] == IBAN


def test_nothing_of_other_customers_is_told(customer: CustomerAccount) -> None:
    other = make_customer(email="boris@example.org", first_name="Boris")
    give_one_of_everything(other, mark="boris")
    page, data = unpacked(archive_of(customer.id))
    assert "boris" not in (page + json.dumps(data)).lower()
    assert "andrea" in page


def test_the_archive_holds_no_secrets_and_no_mail_bodies(own: Browser) -> None:
    page, data = unpacked(download(own).data)
    everything = page + json.dumps(data)
    for secret in ("$argon2", "signup andrea", "reset andrea", "change andrea", "device andrea"):
        assert secret not in everything
    assert {"kind", "subject", "recipient", "created_at", "sent_at"} == set(data["mails"][0])


def test_the_page_stands_alone(customer: CustomerAccount) -> None:
    page, _ = unpacked(archive_of(customer.id))
    assert page.startswith("<!DOCTYPE html>")
    for loaded in ("src=", "<link", "url(", "http"):
        assert loaded not in page


def test_what_people_typed_stays_text_in_the_page(customer: CustomerAccount) -> None:
    course = make_course(title="<script>alert(1)</script>")
    make_request(customer, course)
    page, _ = unpacked(archive_of(customer.id))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_download_is_named_kept_by_nobody_noted_and_told(own: Browser) -> None:
    answer = download(own)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    name = f"meine-daten-{clock.today().isoformat()}.zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "data.downloaded" in db.session.scalars(select(AuditEntry.action)).all()
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M22")).all()
    assert [mail.recipient for mail in mails] == ["andrea@example.org"]


def test_the_password_is_asked_for_again(own: Browser) -> None:
    token = token_of(own.open("/konto/meine-daten"))
    with clock.moved_by(minutes=11):
        own.open("/konto/meine-daten")
        assert "Passwort bestätigen" in own.page.headings
        answer = own.client.post("/konto/meine-daten/archiv", data={"csrf_token": token})
        assert answer.status_code == 303
        assert "bestaetigung" in answer.headers["Location"]


def test_a_visitor_gets_nothing(browser_: Browser) -> None:
    browser_.open("/kurse")
    assert "Kunden-Login" in send(browser_, "/konto/meine-daten/archiv").headings


def test_the_number_of_questions_does_not_grow(customer: CustomerAccount) -> None:
    number = customer.id
    with counted_statements() as few:
        archive_of(number)
    for _ in range(3):
        make_request(customer, make_course())
    with counted_statements() as many:
        archive_of(number)
    assert len(many) == len(few)


def test_mails_to_an_address_count_only_in_its_time(customer: CustomerAccount) -> None:
    """What went to the same mailbox before or after was for somebody else."""
    boxes = {box.address: box for box in mailboxes_of(customer.id)}
    assert set(boxes) == {"alt-andrea@example.org", "andrea@example.org"}
    assert boxes["alt-andrea@example.org"].until is not None
    assert boxes["andrea@example.org"].until is None
    assert mails_in([]) == []


@pytest.mark.parametrize("section", BOOKING_SECTIONS, ids=lambda section: section.key)
@pytest.mark.usefixtures("app")
def test_a_customer_without_anything_gets_an_empty_list(section: Section) -> None:
    assert list(section.rows(make_customer().id)) == []
