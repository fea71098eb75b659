"""Forms that set or prove a password."""

from typing import Any

from flask import current_app
from wtforms import HiddenField, PasswordField

from kmz.accounts import problems, rules
from kmz.accounts.forms.fields import password_field
from kmz.accounts.models import CustomerAccount
from kmz.web.forms import BaseForm, Required

WRONG_PASSWORD = "Das Passwort stimmt nicht."  # noqa: S105 - a message
MISMATCH = "Die beiden Passwörter stimmen nicht überein."


def password_help() -> dict[str, Any]:
    """What a page with a new password tells about it, for the macro `new_password`."""
    policy = current_app.config["KMZ"].password_policy
    return {
        "rules": rules.password_rules(policy),
        "minimum": rules.minimum_length(policy),
        "specials": rules.SPECIAL_CHARACTERS,
    }


class NewPasswordBase(BaseForm):
    """What every form that sets a password checks."""

    customer: CustomerAccount | None = None  # whose password it will be, where that is known

    def context(self) -> tuple[str, ...]:
        """Words of the person that must not be the password."""
        person = self.customer
        return (person.email, person.first_name, person.last_name) if person else ()

    @property
    def policy(self) -> str:
        return str(current_app.config["KMZ"].password_policy)

    def validate(self, extra_validators: object = None) -> bool:
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        password, repeated = self["password"].data or "", self["repeated"].data or ""
        found = []
        if password:
            config = current_app.config["KMZ"]
            found = problems.password_problems(
                password,
                policy=self.policy,
                blocklist=config.password_blocklist,
                context=(*self.context(), config.site_name, config.house_label),
            )
        self.add_problems(found)
        if password != repeated and not self["repeated"].errors:
            self["repeated"].errors = (*self["repeated"].errors, MISMATCH)
            return False
        return valid and not found


class NewPasswordForm(NewPasswordBase):
    """A new password through a mailed link."""

    password = password_field("Neues Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])


class FirstPasswordForm(NewPasswordForm):
    """A password in place of the initial one; `own_words` are the person's, or the school's."""

    own_words: tuple[str, ...] = ()

    def context(self) -> tuple[str, ...]:
        return self.own_words


class PasswordChangeForm(NewPasswordBase):
    """Passwort ändern: altes, neues, wiederholen (U40)."""

    current = PasswordField("Altes Passwort", validators=[Required()])
    password = password_field("Neues Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])


class StaffPasswordForm(NewPasswordBase):
    """Members of staff change their own password; theirs are always long (domain.md 3.3 no. 4)."""

    current = PasswordField("Altes Passwort", validators=[Required()])
    password = password_field("Neues Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])

    @property
    def policy(self) -> str:
        return "staff"


class PasswordCheckForm(BaseForm):
    """Proving the password again before sensitive pages."""

    password = PasswordField("Aktuelles Passwort", validators=[Required()])
    weiter = HiddenField()
