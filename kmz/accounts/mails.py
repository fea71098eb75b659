"""Which mails accounts send (domain.md 2.7: M01–M04, M06, M07; M24 is ours)."""

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts import rules
from kmz.accounts.models import AddressChange, CustomerAccount, SignupRequest, StaffUser
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link


def send_confirmation_link(session: Session, request: SignupRequest, token: str) -> None:
    queue_mail(
        session,
        kind="M01",
        to=request.email,
        subject="Bitte bestätigen Sie Ihre Registrierung",
        template="accounts/confirmation_link",
        name=f"{request.first_name} {request.last_name}",
        address=request.email,
        at=clock.now(),
        link=public_link(f"/registrieren/bestaetigung/{token}"),
        expires_at=request.expires_at,
    )


def send_address_known(session: Session, customer: CustomerAccount) -> None:
    queue_mail(
        session,
        kind="M02",
        to=customer.email,
        subject="Sie haben bereits ein Kundenkonto",
        template="accounts/address_known",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        login_link=public_link("/login"),
        reset_link=public_link("/passwort-vergessen"),
    )


def send_welcome(session: Session, customer: CustomerAccount) -> None:
    queue_mail(
        session,
        kind="M03",
        to=customer.email,
        subject="Willkommen: Ihr Kundenkonto ist eingerichtet",
        template="accounts/welcome",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        login_link=public_link("/login"),
    )


def send_reset_link(session: Session, customer: CustomerAccount, token: str) -> None:
    queue_mail(
        session,
        kind="M04",
        to=customer.email,
        subject="Neues Passwort vergeben",
        template="accounts/reset_link",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        link=public_link(f"/passwort-neu/{token}"),
    )


def send_reset_waits(session: Session, customer: CustomerAccount, change: AddressChange) -> None:
    """No link yet: staff entered this address, and the one before may still object."""
    queue_mail(
        session,
        kind="M04",
        to=customer.email,
        subject="Ein neues Passwort ist noch nicht möglich",
        template="accounts/reset_waits",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        until=change.created_at + rules.OBJECTION_TIME,
    )


def send_guesses(session: Session, customer: CustomerAccount, token: str, failures: int) -> None:
    """Somebody hammers an account: its owner gets a link to a new password."""
    queue_mail(
        session,
        kind="M04",
        to=customer.email,
        subject="Viele vergebliche Login-Versuche bei Ihrem Kundenkonto",
        template="accounts/guesses",
        name=customer.full_name,
        at=clock.now(),
        failures=failures,
        link=public_link(f"/passwort-neu/{token}"),
    )


def send_new_login(
    session: Session, person: CustomerAccount | StaffUser, *, device: str, failures: int
) -> None:
    """A login in a browser that nobody knows, or after wrong guesses (ASVS 6.3.5)."""
    is_staff = isinstance(person, StaffUser)
    queue_mail(
        session,
        kind="M24",
        to=person.email,
        subject="Neuer Login in der Verwaltung" if is_staff else "Neuer Login in Ihr Kundenkonto",
        template="accounts/new_login",
        name=person.name if isinstance(person, StaffUser) else person.full_name,
        is_staff=is_staff,
        at=clock.now(),
        device=device,
        failures=failures,
        reset_link=public_link("/passwort-vergessen"),
        devices_link=public_link("/konto/sicherheit"),
    )


def send_password_changed(session: Session, customer: CustomerAccount) -> None:
    """Tell the owner; a school account without a mail address cannot be told."""
    if not customer.email:
        return
    queue_mail(
        session,
        kind="M06",
        to=customer.email,
        subject="Ihr Passwort wurde geändert",
        template="accounts/password_changed",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        reset_link=public_link("/passwort-vergessen"),
    )


def send_address_link(
    session: Session, customer: CustomerAccount, change: AddressChange, token: str
) -> None:
    queue_mail(
        session,
        kind="M07",
        to=change.new_email,
        subject="Bitte bestätigen Sie Ihre E-Mail-Adresse",
        template="accounts/address_link",
        name="" if customer.shared else customer.full_name,
        address=change.new_email,
        at=change.created_at,
        expires_at=change.expires_at,
        link=public_link(f"/e-mail-bestaetigung/{token}"),
    )


def send_address_taken(session: Session, customer: CustomerAccount) -> None:
    """Somebody wanted this customer's address for another account."""
    queue_mail(
        session,
        kind="M02",
        to=customer.email,
        subject="Sie haben bereits ein Kundenkonto",
        template="accounts/address_taken",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        login_link=public_link("/login"),
    )


def send_address_change_asked(session: Session, customer: CustomerAccount) -> None:
    queue_mail(
        session,
        kind="M07",
        to=customer.email,
        subject="Ihre E-Mail-Adresse soll geändert werden",
        template="accounts/address_change_asked",
        name=customer.full_name,
        address=customer.email,
        at=clock.now(),
        reset_link=public_link("/passwort-vergessen"),
    )


def send_address_changed(session: Session, customer: CustomerAccount, *, to: str) -> None:
    """Tell the address that is none of the account's any more."""
    queue_mail(
        session,
        kind="M07",
        to=to,
        subject="Ihre E-Mail-Adresse wurde geändert",
        template="accounts/address_changed",
        name=customer.full_name,
        address=to,
        at=clock.now(),
    )


def send_passkey_changed(
    session: Session, person: CustomerAccount | StaffUser, *, name: str, added: bool
) -> None:
    """Tell the owner of a passkey that opens the account from now on, or no longer."""
    if isinstance(person, StaffUser):
        change = f"Der Passkey „{name}“ wurde {'eingerichtet' if added else 'entfernt'}."
        send_factor_changed(session, person, change)
    elif person.email:
        queue_mail(
            session,
            kind="M06",
            to=person.email,
            subject="Neuer Passkey für Ihr Kundenkonto" if added else "Ein Passkey wurde entfernt",
            template="accounts/passkey_changed",
            name=person.full_name,
            passkey=name,
            added=added,
            address=person.email,
            at=clock.now(),
            security_link=public_link("/konto/sicherheit"),
            reset_link=public_link("/passwort-vergessen"),
        )


def send_factor_changed(session: Session, staff: StaffUser, change: str) -> None:
    queue_mail(
        session,
        kind="M06",
        to=staff.email,
        subject="Ihr Zugang zur Verwaltung wurde geändert",
        template="accounts/factor_changed",
        name=staff.name,
        change=change,
        at=clock.now(),
        link=public_link("/verwaltung/zugang"),
    )
