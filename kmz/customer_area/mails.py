"""Which mails concern the account as a whole (domain.md 2.7: M22)."""

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link


def send_data_downloaded(session: Session, customer: CustomerAccount) -> None:
    if not customer.email:
        return
    queue_mail(
        session,
        kind="M22",
        to=customer.email,
        subject="Ihre Daten wurden heruntergeladen",
        template="customer_area/data_downloaded",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        reset_link=public_link("/passwort-vergessen"),
    )
