"""The forms of accounts, by use."""

from kmz.accounts.forms.login import EmailForm, LoginForm, SignupForm
from kmz.accounts.forms.passwords import NewPasswordForm, PasswordChangeForm, PasswordCheckForm
from kmz.accounts.forms.personal_data import PersonalDataForm
from kmz.accounts.forms.profile import ProfileForm

__all__ = [
    "EmailForm",
    "LoginForm",
    "NewPasswordForm",
    "PasswordChangeForm",
    "PasswordCheckForm",
    "PersonalDataForm",
    "ProfileForm",
    "SignupForm",
]
