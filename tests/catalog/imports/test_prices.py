"""Fees: cents, on request, reduced."""

import pytest

from kmz.catalog.imports.prices import fee_of
from tests.catalog.imports.sample import price


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("84.70", 8470),
        ("84,70", 8470),
        ("84", 8400),
        ("1.250,00", 125000),
        ("1250.00", 125000),
        ("1 250,00", 125000),
        ("84,70 €", 8470),
        ("0.00", 0),
        ("0,00", 0),
    ],
)
def test_amounts_in_every_spelling_are_cents(amount: str, cents: int) -> None:
    notes: list[str] = []
    assert fee_of(price(amount), notes).cents == cents
    assert notes == []


@pytest.mark.parametrize(
    "stated",
    [
        price("", "auf Anfrage"),
        price(None, "Preis auf Anfrage"),
        price("0,00", "Entgelt auf Anfrage"),
        price("auf Anfrage"),
        price(None),
        {},
    ],
)
def test_on_request_is_never_free_of_charge(stated: dict[str, str]) -> None:
    fee = fee_of(stated, [])
    assert fee.cents is None
    assert fee.reduced_cents is None


def test_a_fee_stays_a_fee_when_something_else_is_on_request() -> None:
    assert fee_of(price("20.00", "Material auf Anfrage"), []).cents == 2000


def test_an_unreadable_amount_is_on_request_and_noted() -> None:
    notes: list[str] = []
    assert fee_of(price("ca. zwanzig"), notes).cents is None
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("note", "cents"),
    [
        ("erm. Preis: 47,00 EUR", 4700),
        ("erm. 47,00 € (Azubi, ALG II, Studierende bis 27)", 4700),
        ("zzgl. 5,00 € Materialkosten; erm. Preis: 47,00 EUR", 4700),
        ("ermäßigt € 47,00", 4700),
        ("Ermäßigtes Entgelt: 1.047,00 €", 104700),
        ("zzgl. 5,00 € Materialkosten", None),
        ("Eintritt Therme 12,00 €", None),
        (None, None),
    ],
)
def test_the_reduced_fee_is_read_from_the_note(note: str | None, cents: int | None) -> None:
    fee = fee_of(price("2000.00", note, "true"), [])
    assert fee.reduced_cents == cents
    assert fee.note == (note or "")


@pytest.mark.parametrize(
    ("spelling", "allowed"),
    [("true", True), ("True", True), ("ja", True), ("1", True)]
    + [(no, False) for no in ("false", "fasle", "False", "nein", "0")],
)
def test_a_concession_is_understood_in_odd_spellings(spelling: str, *, allowed: bool) -> None:
    assert fee_of(price("10.00", None, spelling), []).concession_allowed is allowed


def test_a_named_reduced_fee_speaks_for_itself() -> None:
    assert fee_of(price("10.00", "erm. 5,00 €", "vielleicht"), []).concession_allowed
