"""What happens to a request between its file for Kufer and the answer."""

from pathlib import Path

import pytest

from kmz.accounts.models import CustomerAccount
from kmz.banking.actions import delete_bank_account
from kmz.banking.queries import bank_accounts_of
from kmz.booking.kufer import folder as kufer_folder
from kmz.booking.kufer import queries
from kmz.booking.kufer.folder import DONE, export_requests, read_answers
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.models import BookingRequest
from kmz.booking.rules import BookingOwner
from tests.booking.conftest import count_mails
from tests.booking.kufer_steps import names
from tests.booking.test_rebooking import booked, course_like, move_to, row


def test_an_answer_does_not_confirm_what_kufer_never_saw(
    customer: CustomerAccount, folder: Path
) -> None:
    number = booked(customer, course_like(), firm=False)
    export_requests(folder, charset="utf-8")
    new = move_to(customer, number, course_like())
    (name,) = names(folder)
    (folder / DONE).mkdir()
    (folder / name).rename(folder / DONE / name)
    assert read_answers(folder, delete=False, say=print).confirmed == 0
    assert (row(new).status, count_mails("M09"), queries.count_corrections()) == ("requested", 0, 1)


def test_a_storno_while_the_file_is_written_is_to_be_told(
    customer: CustomerAccount, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = course_like()
    number = booked(customer, course, firm=False)
    owner, write = BookingOwner(customer.id), kufer_folder._write

    def slowly(path: Path, content: bytes) -> None:
        cancel_bookings(owner, {number: 0}, by=customer)
        write(path, content)

    monkeypatch.setattr(kufer_folder, "_write", slowly)
    assert export_requests(folder, charset="utf-8") == 1
    assert course.number in (folder / names(folder)[0]).read_text()
    assert queries.count_corrections() == 1


def test_a_request_without_bookings_is_no_file(
    customer: CustomerAccount, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = booked(customer, course_like(), firm=False)
    owner, read = BookingOwner(customer.id), queries.get_whole_request

    def late(request_id: int) -> BookingRequest:
        cancel_bookings(owner, {number: 0}, by=customer)
        return read(request_id)

    monkeypatch.setattr(queries, "get_whole_request", late)
    assert (export_requests(folder, charset="utf-8"), names(folder)) == (0, [])
    assert queries.count_corrections() == 0


def test_the_mandate_outlives_the_bankverbindung(customer: CustomerAccount, folder: Path) -> None:
    """As the page of the deletion promises; the Anmeldebestätigung announces the debit."""
    (account,) = bank_accounts_of(customer.id)
    booked(customer, course_like(), firm=False)
    delete_bank_account(customer.id, account.id)
    export_requests(folder, charset="utf-8")
    text = (folder / names(folder)[0]).read_text()
    assert "<IBAN>DE89" in text.replace(" ", "")
