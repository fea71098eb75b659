"""The mail at the end of the way back in (domain.md 2.7: M06)."""

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link


def send_access_restored(session: Session, customer: CustomerAccount) -> None:
    queue_mail(
        session,
        kind="M06",
        to=customer.email,
        subject="Ihr Zugang wurde wiederhergestellt",
        template="recovery/access_restored",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        reset_link=public_link("/passwort-vergessen"),
    )
