"""Which mails recovery sends (domain.md 2.7: M05, M07)."""

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import AddressChange, CustomerAccount
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link
from kmz.recovery.models import RecoveryCase, RecoveryLink
from kmz.recovery.rules import objection_ends_at

HELP = "/hilfe/zugang"


def send_receipt(session: Session, case: RecoveryCase, token: str) -> None:
    """To the address that was typed: number and status page, nothing that somebody wrote."""
    queue_mail(
        session,
        kind="M05",
        to=case.contact_email,
        subject=f"Eingangsbestätigung Ihres Anliegens {case.reference}",
        template="recovery/receipt",
        reference=case.reference,
        address=case.contact_email,
        at=case.created_at,
        due_on=case.due_on,
        link=public_link(f"/kein-zugriff/{token}"),
        help_link=public_link(HELP),
    )


def send_rejection(session: Session, case: RecoveryCase, reason: str) -> None:
    queue_mail(
        session,
        kind="M05",
        to=case.contact_email,
        subject=f"Zu Ihrem Anliegen {case.reference}",
        template="recovery/rejection",
        reference=case.reference,
        reason=reason,
        at=case.created_at,
        again_link=public_link("/kein-zugriff"),
    )


def send_link(session: Session, customer: CustomerAccount, link: RecoveryLink, token: str) -> None:
    queue_mail(
        session,
        kind="M05",
        to=link.sent_to,
        subject="Zugang zu Ihrem Kundenkonto wiederherstellen",
        template="recovery/link",
        name=customer.full_name,
        address=link.sent_to,
        at=clock.now(),
        expires_at=link.expires_at,
        link=public_link(f"/wiederherstellung/{token}"),
        help_link=public_link(HELP),
    )


def send_letter_notice(session: Session, customer: CustomerAccount) -> None:
    queue_mail(
        session,
        kind="M05",
        to=customer.email,
        subject="Ein Brief mit Zugangsdaten ist unterwegs",
        template="recovery/letter_notice",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
    )


def send_change_told(
    session: Session, customer: CustomerAccount, change: AddressChange, token: str
) -> None:
    """To the old address: what the office entered, and how to object (L34)."""
    queue_mail(
        session,
        kind="M07",
        to=change.old_email,
        subject="Ihre E-Mail-Adresse soll geändert werden",
        template="recovery/change_told",
        name=customer.full_name,
        address=change.old_email,
        at=change.created_at,
        until=objection_ends_at(change),
        link=public_link(f"/e-mail-widerspruch/{token}"),
    )


def send_objection_noted(session: Session, customer: CustomerAccount, address: str) -> None:
    queue_mail(
        session,
        kind="M07",
        to=address,
        subject="Ihr Widerspruch ist eingegangen",
        template="recovery/objection_noted",
        name=customer.full_name,
        address=address,
        at=clock.now(),
        reset_link=public_link("/passwort-vergessen"),
    )
