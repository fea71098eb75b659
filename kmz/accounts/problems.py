"""Refusals known in advance: passwords that are too weak, profiles that are incomplete."""

from datetime import datetime

from kmz.accounts import address_queries, queries, rules
from kmz.accounts.light import LightCustomer
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.errors import Problem

COMMON = (
    "Dieses Passwort wird sehr häufig verwendet und ist deshalb unsicher. "
    "Bitte wählen Sie ein anderes."
)
TOO_LONG = f"Bitte verwenden Sie höchstens {rules.MAX_PASSWORD_LENGTH} Zeichen."
TOO_MANY_ADDRESSES = (
    "Wir haben heute schon mehrere Links verschickt. Bitte versuchen Sie es morgen noch einmal."
)
SAME_AS_INITIAL = "Bitte wählen Sie ein anderes Passwort als das, das Sie bekommen haben."
PERSONAL_ONLY = (
    "Diese Seite gibt es nur in einem persönlichen Kundenkonto, nicht im gemeinsamen Login einer "
    "Schule."
)
EMAIL_MISSING = Problem(
    "email.missing",
    "Für Buchungen brauchen wir eine E-Mail-Adresse, an die wir die Bestätigungen schicken.",
    link="/konto/e-mail",
    link_label="E-Mail-Adresse eintragen",
)
SCHOOL_NUMBER_TAKEN = Problem(
    "school.number", "Eine Schule mit dieser Schulnummer gibt es schon.", "number"
)
SCHOOL_USERNAME_TAKEN = Problem(
    "school.username",
    (
        "Diesen Benutzernamen gibt es an der Schule schon. Wurde das Formular zweimal gesendet, "
        "besteht der Zugang bereits; ein neues Startpasswort gibt es auf der Seite der Schule."
    ),
    "username",
)

# The * fields of the Benutzerprofil (U17), by field name.
REQUIRED_PROFILE_FIELDS = {
    "street": "Straße",
    "house_number": "Hausnummer",
    "postal_code": "PLZ",
    "city": "Ort",
    "country": "Land",
}


def password_problems(
    password: str,
    *,
    policy: str,
    blocklist: str,
    context: tuple[str, ...] = (),
    field: str = "password",
) -> list[Problem]:
    """What stands against a new password: each broken bullet, then the block list."""
    if len(password) > rules.MAX_PASSWORD_LENGTH:
        return [Problem("password.long", TOO_LONG, field)]
    broken = rules.broken_rules(password, policy)
    if broken:
        return [
            Problem(f"password.{rule.code}", f"Das Passwort muss {rule.text}.", field)
            for rule in broken
        ]
    if blocklist == "reject" and rules.is_common_password(password, context):
        return [Problem("password.common", COMMON, field)]
    return []


def address_problems(customer: CustomerAccount, new_email: str) -> list[Problem]:
    """Why an account must not ask for this address now. Whether somebody has it is not said."""
    key = rules.email_key(new_email)
    if key == customer.email_key:
        return [Problem("address.same", "Das ist schon Ihre E-Mail-Adresse.", "email")]
    recent = address_queries.recent_address_changes(customer.id, rules.ADDRESS_MAIL_WINDOW)
    same = [change for change in recent if rules.email_key(change.new_email) == key]
    most = rules.MAX_ADDRESS_MAILS_SHARED if customer.shared else rules.MAX_ADDRESS_MAILS
    if len(recent) >= most or len(same) >= rules.MAX_ADDRESS_MAILS:
        return [Problem("address.too_many", TOO_MANY_ADDRESSES, "email")]
    return []


def missing_profile_fields(profile: CustomerProfile | LightCustomer) -> list[str]:
    """German labels of the * fields that are still empty."""
    return [label for name, label in REQUIRED_PROFILE_FIELDS.items() if not getattr(profile, name)]


def profile_problems(profile: CustomerProfile | LightCustomer) -> list[Problem]:
    """Why a customer cannot book yet as far as the profile goes (U17)."""
    missing = missing_profile_fields(profile)
    if not missing:
        return []
    message = (
        f"Für Buchungen fehlen noch Angaben: {', '.join(missing)}. "
        "Bitte ergänzen Sie Ihr Benutzerprofil."
    )
    return [
        Problem(
            "profile.incomplete",
            message,
            link="/konto/profil",
            link_label="Benutzerprofil ergänzen",
        )
    ]


def initial_password_problems(
    customer: CustomerAccount, instead_of: datetime | None
) -> list[Problem]:
    """Why the office gives no (other) initial password to an account."""
    if customer.school_username is None:
        return [Problem("password.no_school", "Dieses Kundenkonto hat kein Login der Schule.")]
    if customer.email:
        message = (
            "Diese Person hat eine E-Mail-Adresse und vergibt ein neues Passwort selbst: "
            "über „Passwort vergessen?“."
        )
        return [Problem("password.by_mail", message)]
    if customer.password_changed_at != instead_of:
        message = (
            "Das Passwort wurde inzwischen ersetzt, vielleicht durch diese Seite selbst. "
            "Es wurde kein weiteres erzeugt."
        )
        return [Problem("password.changed_meanwhile", message)]
    return []


def shared_problems(customer: CustomerAccount) -> list[Problem]:
    """Why nobody books in a login that a whole school shares (domain.md 3.4)."""
    if not customer.shared:
        return []
    message = (
        f"Sie sind mit der Schulnummer {queries.school_of(customer).number} eingeloggt. "
        "Mit einer persönlichen E-Mail-Adresse können Sie Buchungen verwalten."
    )
    return [
        Problem(
            "account.shared",
            message,
            link="/konto/e-mail",
            link_label="Persönliche E-Mail-Adresse eintragen",
        )
    ]


def account_problems(email: str, profile: CustomerProfile | LightCustomer) -> list[Problem]:
    """Why a customer cannot book yet as far as the account goes, its profile included.

    A login that a school shares never has an address, so it cannot book either.
    """
    return [*([] if email else [EMAIL_MISSING]), *profile_problems(profile)]
