"""Pure rules of bank data: reading an IBAN and saying what is wrong with it, masking, mandate
numbers.
"""

from dataclasses import dataclass

from schwifty import IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidLength,
    SchwiftyException,
)

from kmz.recovery.rules import new_reference

COUNTRY_NAMES = {
    "DE": "Deutschland",
    "AT": "Österreich",
    "CH": "der Schweiz",
    "NL": "den Niederlanden",
    "FR": "Frankreich",
    "LU": "Luxemburg",
    "BE": "Belgien",
    "PL": "Polen",
    "LI": "Liechtenstein",
}
MANDATE_TEXT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class BankData:
    """A checked IBAN with what it tells: compact IBAN, BIC and bank name ("" where unknown)."""

    iban: str
    bic: str
    bank_name: str


@dataclass(frozen=True, slots=True)
class TypedAccount:
    """A guest's bank account for one booking; its names are those of `BankAccount`."""

    account_holder: str
    iban: str
    bic: str

    # It is kept nowhere but in the mandate.
    id = None

    @property
    def iban_masked(self) -> str:
        return masked(self.iban)


def read_iban(text: str) -> BankData:
    """The bank data behind a typed IBAN; spaces and lower case are fine.

    Raises ValueError with the German sentence to show (domain.md 4.2).
    """
    compact = "".join(text.split()).upper()
    _refuse_foreign_signs(compact)
    try:
        iban = IBAN(compact)
    except InvalidLength as error:
        raise ValueError(_length_message(compact)) from error
    except InvalidChecksumDigits as error:
        raise ValueError(
            "Die IBAN enthält einen Tippfehler. Bitte vergleichen Sie sie mit Ihrer Bankkarte."
        ) from error
    except SchwiftyException as error:
        raise ValueError(
            "Diese IBAN gibt es nicht. Bitte vergleichen Sie sie mit Ihrer Bankkarte."
        ) from error
    bic = iban.bic
    return BankData(str(iban), str(bic) if bic else "", iban.bank_name or "")


def _refuse_foreign_signs(compact: str) -> None:
    if not (compact.isascii() and compact.isalnum()):
        raise ValueError("Eine IBAN besteht nur aus Buchstaben und Ziffern.")
    if not _is_sepa_country(compact):
        raise ValueError("Bitte geben Sie eine IBAN aus dem SEPA-Raum ein, zum Beispiel DE…")


def _is_sepa_country(compact: str) -> bool:
    """Every country of the SEPA schemes must be accepted (Art. 9 VO 260/2012, L46)."""
    try:
        return IBAN(compact, allow_invalid=True).spec.in_sepa_zone
    except SchwiftyException:
        return False


def _length_message(compact: str) -> str:
    country = compact[:2]
    wanted = IBAN(compact, allow_invalid=True).spec.iban_length
    name = COUNTRY_NAMES.get(country, country)
    return f"Eine IBAN aus {name} hat {wanted} Zeichen, eingegeben sind {len(compact)}."


def masked(iban: str) -> str:
    """DE89 •••• •••• •••• ••30 00: country, check digits and the last four characters (L30)."""
    return in_fours(iban[:4] + "•" * (len(iban) - 8) + iban[-4:])


def in_fours(iban: str) -> str:
    """DE89 3704 0044 0532 0130 00: an IBAN as people read it."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def mandate_reference(customer_id: int) -> str:
    """KMZ-000007-7K3F-9QMD, of a guest with 000000: at most 35 characters, unique per creditor
    (L45). Drawn, so that a deleted one practically never comes again.
    """
    return new_reference(f"KMZ-{customer_id:06d}")
