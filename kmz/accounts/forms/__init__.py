"""The forms of accounts, by use."""

from kmz.accounts.forms.addresses import AddressForm, OwnAccountForm
from kmz.accounts.forms.login import EmailForm, LoginForm, SchoolLoginForm, SignupForm
from kmz.accounts.forms.passwords import (
    FirstPasswordForm,
    NewPasswordForm,
    PasswordChangeForm,
    PasswordCheckForm,
    password_help,
)
from kmz.accounts.forms.personal_data import PersonalDataForm
from kmz.accounts.forms.profile import ProfileForm
from kmz.accounts.forms.schools import InitialPasswordForm, SchoolAccountForm, SchoolForm
from kmz.accounts.forms.settings import SettingsForm

__all__ = [
    "AddressForm",
    "EmailForm",
    "FirstPasswordForm",
    "InitialPasswordForm",
    "LoginForm",
    "NewPasswordForm",
    "OwnAccountForm",
    "PasswordChangeForm",
    "PasswordCheckForm",
    "PersonalDataForm",
    "ProfileForm",
    "SchoolAccountForm",
    "SchoolForm",
    "SchoolLoginForm",
    "SettingsForm",
    "SignupForm",
    "password_help",
]
