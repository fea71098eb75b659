"""Working days, codes that are read aloud, and who has to agree (C05, L34)."""

from datetime import date, timedelta

import pytest

from kmz import clock
from kmz.accounts.models import AddressChange
from kmz.recovery.rules import (
    ALPHABET,
    due_on,
    is_young,
    new_code,
    new_reference,
    normalise_code,
)
from kmz.recovery.workdays import public_holidays


@pytest.mark.parametrize(
    ("land", "asked", "due"),
    [
        ("BW", date(2026, 11, 23), date(2026, 11, 26)),  # an ordinary Monday
        ("BW", date(2026, 11, 20), date(2026, 11, 25)),  # over a weekend
        ("BW", date(2026, 11, 21), date(2026, 11, 25)),  # asked on a Saturday
        ("BW", date(2027, 3, 25), date(2027, 4, 1)),  # over Good Friday and Easter Monday
        ("BW", date(2026, 12, 30), date(2027, 1, 5)),  # over New Year
        ("BW", date(2027, 1, 4), date(2027, 1, 8)),  # Epiphany is a holiday here …
        ("NW", date(2027, 1, 4), date(2027, 1, 7)),  # … and not there
        ("TH", date(2027, 9, 17), date(2027, 9, 23)),  # Weltkindertag
    ],
)
def test_an_answer_is_due_on_the_third_working_day(land: str, asked: date, due: date) -> None:
    assert due_on(asked, public_holidays(land)) == due


def test_codes_are_unambiguous_and_long() -> None:
    code = new_code()
    groups = code.split("-")
    assert [len(group) for group in groups] == [5, 5, 5, 5]
    assert set("".join(groups)) <= set(ALPHABET)
    assert new_code() != code
    assert not {"I", "L", "O", "U"} & set(ALPHABET)


def test_a_code_is_understood_however_it_is_typed() -> None:
    assert normalise_code("oil01-abcde") == "01101ABCDE"
    code = new_code()
    assert normalise_code(code.lower().replace("-", " ")) == code.replace("-", "")
    assert normalise_code(f"  {code}\n") == code.replace("-", "")


def test_references_tell_no_numbers() -> None:
    assert new_reference() != new_reference()
    assert len(new_reference()) == len("Z-7K3F-9QMD")


@pytest.mark.parametrize(
    ("made", "confirmed", "young"),
    [(1, None, True), (73, None, False), (200, 1, True), (200, 100, False)],
)
def test_an_address_is_young_for_72_hours(made: int, confirmed: int | None, young: bool) -> None:  # noqa: FBT001 - a table
    now = clock.now()
    change = AddressChange(
        created_at=now - timedelta(hours=made),
        confirmed_at=None if confirmed is None else now - timedelta(hours=confirmed),
    )
    assert is_young(change, now) is young
    change.objected_at = now
    assert not is_young(change, now)
