"""A transfer as a payer types it, and as a banking app reads it: the GiroCode of EPC069-12."""

from dataclasses import dataclass

from kmz.banking.rules import in_fours
from kmz.web.qr_codes import qr_image

_MAX_CENTS = 99_999_999_999
_MAX_NAME, _MAX_PURPOSE, _MAX_BYTES = 70, 140, 331


@dataclass(frozen=True, slots=True)
class Transfer:
    """`cents` from the payer to the house. `iban` is compact; `bic` may be "", within SEPA the IBAN
    is enough.
    """

    name: str
    iban: str
    bic: str
    cents: int
    purpose: str

    @property
    def iban_in_fours(self) -> str:
        return in_fours(self.iban)

    @property
    def image(self) -> str:
        """The GiroCode as address of an image."""
        return qr_image(giro_code(self))


def giro_code(transfer: Transfer) -> str:
    """The text of the QR code: version 002, UTF-8, SEPA credit transfer, unstructured purpose.

    A longer name than the standard has room for is cut, as a payer would. ValueError for an amount
    or a purpose that does not fit: no code is better than a wrong one.
    """
    name = " ".join(transfer.name.split())[:_MAX_NAME]
    purpose = " ".join(transfer.purpose.split())
    if not 0 < transfer.cents <= _MAX_CENTS:
        raise ValueError("the amount has to be from EUR0.01 to EUR999999999.99")
    if not 0 < len(purpose) <= _MAX_PURPOSE:
        raise ValueError("the purpose needs 1 to 140 characters")
    euros, cents = divmod(transfer.cents, 100)
    lines = (
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        transfer.bic,
        name,
        transfer.iban,
        f"EUR{euros}.{cents:02d}",
        "",  # purpose code
        "",  # structured reference: a creditor reference of ISO 11649 we do not have
        purpose,
    )
    text = "\n".join(lines)
    if len(text.encode()) > _MAX_BYTES:
        raise ValueError("the code would be longer than 331 bytes")
    return text
