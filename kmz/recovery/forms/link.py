"""Forms behind a recovery link: robot check, code of a letter, personal data with password."""

from wtforms import BooleanField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from kmz.accounts.forms.fields import password_field
from kmz.accounts.forms.passwords import NewPasswordBase
from kmz.accounts.forms.personal_data import PersonalDataForm
from kmz.recovery.puzzle import rules
from kmz.web.forms import BaseForm, LengthUpTo, Required, choice, clean, line

# What is missing when an answer holds nothing that could be one; `NUMBER` and `SOUND`: the rest.
NO_ANSWER = {
    rules.PICTURES: "Bitte markieren Sie die passenden Bilder.",
    rules.WORDS: "Bitte geben Sie Ihre Antwort ein.",
}
NO_DIGITS = "Bitte geben Sie Ihre Antwort in Ziffern ein."


class RobotForm(BaseForm):
    """The tick in front of the puzzle (C10)."""

    robot = BooleanField(
        "Ich bin kein Roboter",
        validators=[InputRequired("Bitte setzen Sie den Haken bei „Ich bin kein Roboter“.")],
    )


class AnswerForm(BaseForm):
    """The answer to a puzzle of any kind: ticked pictures, or something written. The page names
    that field by the question.
    """

    places = SelectMultipleField(
        "Bilder", choices=[choice(str(place)) for place in range(1, 10)], validate_choice=False
    )
    answer = StringField("Ihre Antwort", filters=[clean], validators=[LengthUpTo(200)])

    def answer_to(self, kind: str) -> str:
        """The normal form of what was answered; "" after noting that nothing was."""
        is_pictures = kind == rules.PICTURES
        given = (self.places.data or []) if is_pictures else [self.answer.data or ""]
        found = rules.normal_answer(kind, given)
        if not found:
            field = self.places if is_pictures else self.answer
            field.errors = (NO_ANSWER.get(kind, NO_DIGITS),)
        return found


class CodeForm(BaseForm):
    """The code of a printed letter."""

    code = line("Code aus dem Brief", limit=60, required=True)


class RecoveredDataForm(NewPasswordBase, PersonalDataForm):
    """The twelve documented fields: personal data, then the password twice (C22)."""

    password = password_field("Passwort")
    repeated = PasswordField("Wdh. Passwort", validators=[Required()])

    def context(self) -> tuple[str, ...]:
        local = (self.email.data or "").partition("@")[0]
        return (local, self.first_name.data or "", self.last_name.data or "")
