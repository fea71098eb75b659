"""Which mails bank data causes (domain.md 2.7: M21)."""

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link


def send_bank_account_changed(
    session: Session, customer: CustomerAccount, iban_masked: str, *, added: bool
) -> None:
    """Tell the owner; the mail shows the masked IBAN only."""
    queue_mail(
        session,
        kind="M21",
        to=customer.email,
        subject="Ihre Bankverbindungen wurden geändert",
        template="banking/bank_account_changed",
        name=customer.full_name,
        address=customer.email,
        iban=iban_masked,
        added=added,
        at=clock.now(),
        link=public_link("/konto/bankverbindungen"),
        reset_link=public_link("/passwort-vergessen"),
    )
