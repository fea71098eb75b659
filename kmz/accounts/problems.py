"""Refusals known in advance: passwords that are too weak, profiles that are incomplete."""

from kmz.accounts import address_queries, rules
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
