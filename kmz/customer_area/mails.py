"""Which mails concern the account as a whole (domain.md 2.7: M22)."""

from datetime import date

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link


def send_data_downloaded(session: Session, customer: CustomerAccount) -> None:
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


def send_account_closed(session: Session, customer: CustomerAccount, *, until: date | None) -> None:
    """The last mail; `until` is how long the law keeps bookings, if it does."""
    queue_mail(
        session,
        kind="M22",
        to=customer.email,
        subject="Ihr Kundenkonto wurde gelöscht",
        template="customer_area/account_closed",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        until=until,
    )


def send_account_idle(session: Session, customer: CustomerAccount, *, until: date) -> None:
    """Who logs in before the end of `until` keeps the account."""
    queue_mail(
        session,
        kind="M22",
        to=customer.email,
        subject="Ihr Kundenkonto wird bald gelöscht",
        template="customer_area/account_idle",
        name=customer.full_name,
        address=customer.email,
        until=until,
        login_link=public_link("/login"),
    )
