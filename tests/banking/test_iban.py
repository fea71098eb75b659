"""Reading an IBAN as people type it, and saying what is wrong with it (L46, domain.md 4.2)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmz.banking.rules import mandate_reference, masked, read_iban

GOOD = (
    "DE89370400440532013000",
    "AT611904300234573201",
    "NL91ABNA0417164300",
    "CH9300762011623852957",
    "FR1420041010050500013M02606",
    "BE68539007547034",
    "LU280019400644750000",
    "PL61109010140000071219812874",
    "LI21088100002324013AA",
    "GB29NWBK60161331926819",
    "MT84MALT011000012345MTLCAST001S",
)


@pytest.mark.parametrize("iban", GOOD)
def test_every_sepa_country_is_accepted(iban: str) -> None:
    assert read_iban(iban).iban == iban


@pytest.mark.parametrize(
    "typed",
    [
        "DE89 3704 0044 0532 0130 00",
        " de89 3704 0044 0532 0130 00 ",
        "De89\t37040044\n0532013000",
        "DE89\N{NO-BREAK SPACE}3704 0044 0532 0130 00",
    ],
)
def test_blanks_and_small_letters_are_fine(typed: str) -> None:
    data = read_iban(typed)
    assert (data.iban, data.bic, data.bank_name) == (
        "DE89370400440532013000",
        "COBADEFFXXX",
        "Commerzbank",
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("DE88370400440532013000", "enthält einen Tippfehler"),
        ("DE8937040044053201300", "Eine IBAN aus Deutschland hat 22 Zeichen, eingegeben sind 21."),
        ("DE893704004405320130000", "hat 22 Zeichen, eingegeben sind 23."),
        ("AT6119043002345732", "Eine IBAN aus Österreich hat 20 Zeichen, eingegeben sind 18."),
        ("US64SVBKUS6S3300958879", "SEPA-Raum"),
        ("TR330006100519786457841326", "SEPA-Raum"),
        ("XX00", "SEPA-Raum"),
        ("1234567890", "SEPA-Raum"),
        ("", "Buchstaben und Ziffern"),
        ("DE89-3704-0044-0532-0130-00", "Buchstaben und Ziffern"),
        ("ＤＥ89370400440532013000", "Buchstaben und Ziffern"),
        ("DE89370400440532013000\x00", "Buchstaben und Ziffern"),
        ("<script>", "Buchstaben und Ziffern"),
        ("DE", "gibt es nicht"),
        ("DEXX370400440532013000", "IBAN"),
    ],
)
def test_what_is_wrong_is_said(typed: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"IBAN") as refusal:
        read_iban(typed)
    assert words in str(refusal.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        read_iban(text)
    except ValueError as refusal:
        assert "IBAN" in str(refusal)  # noqa: PT017 - most texts are refused, not all must be


@given(
    st.sampled_from(GOOD),
    st.integers(min_value=4, max_value=15),
    st.sampled_from("0123456789"),
)
def test_one_wrong_digit_is_noticed(iban: str, place: int, digit: str) -> None:
    wrong = iban[:place] + digit + iban[place + 1 :]
    if wrong != iban:
        with pytest.raises(ValueError, match="IBAN"):
            read_iban(wrong)


@pytest.mark.parametrize("iban", GOOD)
def test_masking_keeps_the_first_and_last_four(iban: str) -> None:
    shown = masked(iban).replace(" ", "")
    assert (shown[:4], shown[-4:], len(shown)) == (iban[:4], iban[-4:], len(iban))
    assert set(shown[4:-4]) == {"•"}
    assert masked("DE89370400440532013000") == "DE89 •••• •••• •••• ••30 00"


def test_a_mandate_reference_is_short_and_unique() -> None:
    """L45; also where a row's id is given again, so each is drawn anew."""
    references = {mandate_reference(customer) for customer in (0, 1, 10**12) for _ in range(50)}
    assert len(references) == 150
    assert all(re.fullmatch(r"KMZ-[0-9]{6,13}(-[0-9A-Z]{4}){2}", one) for one in references)
    assert max(map(len, references)) <= 35
