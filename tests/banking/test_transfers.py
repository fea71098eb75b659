"""What a banking app reads from the GiroCode (EPC069-12) is what stands beside it."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from segno import helpers

from kmz.banking.transfers import Transfer, giro_code
from kmz.web.qr_codes import qr_image

TRANSFER = Transfer(
    name="Volkshochschule Müsterstadt",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    cents=1234,
    purpose="V26-000123",
)


def test_every_line_stands_where_the_standard_wants_it() -> None:
    assert giro_code(TRANSFER).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "COBADEFFXXX",
        "Volkshochschule Müsterstadt",
        "DE89370400440532013000",
        "EUR12.34",
        "",
        "",
        "V26-000123",
    ]


def test_another_writer_of_the_standard_says_the_same() -> None:
    known = helpers._make_epc_qr_data(
        name=TRANSFER.name,
        iban=TRANSFER.iban,
        bic=TRANSFER.bic,
        amount="12.34",
        text=TRANSFER.purpose,
        encoding="utf-8",
    )
    assert giro_code(TRANSFER).encode() == known


@pytest.mark.parametrize(
    ("cents", "written"),
    [(1, "EUR0.01"), (90, "EUR0.90"), (9800, "EUR98.00"), (99_999_999_999, "EUR999999999.99")],
)
def test_amounts_have_a_point_and_two_digits(cents: int, written: str) -> None:
    assert giro_code(replace(TRANSFER, cents=cents)).split("\n")[7] == written


@pytest.mark.parametrize("cents", [0, -1, 100_000_000_000])
def test_what_cannot_be_transferred_gets_no_code(cents: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        giro_code(replace(TRANSFER, cents=cents))


@pytest.mark.parametrize("purpose", ["", " \n ", "x" * 141])
def test_a_purpose_is_neither_missing_nor_too_long(purpose: str) -> None:
    with pytest.raises(ValueError, match="purpose"):
        giro_code(replace(TRANSFER, purpose=purpose))


def test_a_long_name_is_cut_and_a_line_break_starts_no_new_line() -> None:
    lines = giro_code(replace(TRANSFER, name="ä" * 71, purpose="V26\nIBAN")).split("\n")
    assert (lines[5], lines[-1], len(lines)) == ("ä" * 70, "V26 IBAN", 11)


def test_the_code_never_outgrows_its_331_bytes() -> None:
    with pytest.raises(ValueError, match="331 bytes"):
        giro_code(replace(TRANSFER, name="€" * 70, purpose="€" * 140))


def test_without_bic_its_line_is_empty() -> None:
    assert giro_code(replace(TRANSFER, bic="")).split("\n")[4] == ""


def test_the_iban_is_read_in_groups_of_four() -> None:
    assert TRANSFER.iban_in_fours == "DE89 3704 0044 0532 0130 00"


def test_the_picture_is_black_on_white_with_a_rim_and_without_styles() -> None:
    svg = unquote(qr_image(giro_code(TRANSFER)))
    assert svg.startswith("data:image/svg+xml")
    assert "style=" not in svg
    assert set(re.findall(r"(?:fill|stroke)='([^']+)'", svg)) == {"#fff", "#000"}
    # Version 13 has 69 modules and is the largest that the standard allows; the rim has four.
    assert int(re.findall(r"viewBox='0 0 (\d+) ", svg)[0]) - 8 <= 69
