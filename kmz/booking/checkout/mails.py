"""The Eingangsbestätigung (domain.md 2.7: M08)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from kmz.accounts.light import LightCustomer
from kmz.banking.models import SepaMandate
from kmz.booking.checkout.drafted import ContractPartner
from kmz.booking.checkout.prices import Price
from kmz.booking.models import PaymentMethod
from kmz.booking.rules import PAYMENT_NAMES, ParticipantName
from kmz.catalog.light import LightCourse
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link


class ReceiptLine(NamedTuple):
    """One booking as the receipt shows it."""

    course: LightCourse
    person: ParticipantName
    price: Price


def send_receipt(
    session: Session,
    buyer: LightCustomer | ContractPartner,
    request: dict[str, Any],
    lines: Sequence[ReceiptLine],
    mandate: SepaMandate | None,
    *,
    guest_token: str = "",
) -> None:
    """M08, the Eingangsbestätigung: everything that was sent; not yet a contract (L04).

    `request` is the row as it is written. Customers find it under Meine Anmeldungen, guests by the
    link with their token, which stands in no other place.
    """
    path = f"/buchung/{guest_token}" if guest_token else "/konto/anmeldungen"
    queue_mail(
        session,
        kind="M08G" if guest_token else "M08",
        to=buyer.email,
        subject=f"Eingangsbestätigung {request['reference']}",
        template="booking/receipt",
        name=buyer.full_name,
        request=request,
        lines=lines,
        mandate=mandate,
        payment=PAYMENT_NAMES[PaymentMethod(request["payment_method"])],
        link=public_link(path),
    )
