"""The base of all forms: German messages, NFC, no control characters, bounded lengths."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field, FieldList, FormField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import InputRequired, Length, StopValidation

from kmz.errors import Problem

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_LINE_BREAK = re.compile(r"[\r\n]")


class BaseForm(FlaskForm):
    """A form with German messages; errors of fields and of the whole form are shown alike."""

    class Meta(FlaskForm.Meta):
        locales = ("de",)

        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            """Only what the form of a page sends: no file in a text field, and no JSON."""
            if formdata is not _Auto:
                return formdata
            return request.form if request.method == "POST" else None

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)

    @property
    def error_links(self) -> list[tuple[str, str]]:
        """Id of the field ("" for the whole form) and message of every error, for the summary."""
        found = [("", str(message)) for message in self.form_errors]
        for field in self:
            found += _errors_below(field)
        return found

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Show refusals at their fields, or above the form where they belong to none."""
        for problem in problems:
            field = self._fields.get(problem.field or "")
            if field is None:
                self.form_errors.append(problem.message)
            else:
                field.errors = (*field.errors, problem.message)


def _errors_below(field: Field) -> list[tuple[str, str]]:
    if isinstance(field, FieldList | FormField):
        inner = field.entries if isinstance(field, FieldList) else list(field.form)
        return [pair for entry in inner for pair in _errors_below(entry)]
    return [(field.id, str(message)) for message in field.errors]


class Required(InputRequired):
    """The field must be filled; the message names its label (domain.md 4.2 `field.required`)."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.raw_data and isinstance(field.raw_data[0], str) and field.raw_data[0].strip():
            return
        if field.raw_data and not isinstance(field.raw_data[0], str):
            return
        raise StopValidation(f"Bitte füllen Sie das Feld „{field.label.text}“ aus.")


class LengthUpTo(Length):
    """At most `limit` characters, said in German."""

    def __init__(self, limit: int) -> None:
        super().__init__(max=limit, message=f"Bitte geben Sie höchstens {limit} Zeichen ein.")


def clean(text: str | None) -> str:
    """What a person meant to type: NFC, without blanks at the edges."""
    return unicodedata.normalize("NFC", text or "").strip()


def refuse_control_characters(_form: Any, field: Field) -> None:
    """Control and direction-changing characters have no place in names, addresses or texts."""
    if _CONTROL.search(field.data or ""):
        raise StopValidation(f"Das Feld „{field.label.text}“ enthält unzulässige Zeichen.")


def refuse_line_breaks(_form: Any, field: Field) -> None:
    """One-line values never carry line breaks (they could reach a mail header)."""
    if _LINE_BREAK.search(field.data or ""):
        raise StopValidation(f"Das Feld „{field.label.text}“ darf nur eine Zeile enthalten.")


def choice(value: object, label: str | None = None, *, group: str | None = None) -> Any:
    """An option of a SelectField; without a label it shows its value."""
    return SelectChoice(value, label, optgroup=group)


def line(label: str, *, limit: int = 100, required: bool = False, **kwargs: Any) -> StringField:
    """A one-line text field with the usual checks."""
    validators = [
        *([Required()] if required else []),
        refuse_control_characters,
        refuse_line_breaks,
    ]
    extra = kwargs.pop("validators", [])
    return StringField(
        label, filters=[clean], validators=[*validators, LengthUpTo(limit), *extra], **kwargs
    )


def text_area(
    label: str, *, limit: int = 5000, required: bool = False, **kwargs: Any
) -> TextAreaField:
    """A text of several lines with the usual checks."""
    validators = [*([Required()] if required else []), refuse_control_characters]
    return TextAreaField(
        label, filters=[clean], validators=[*validators, LengthUpTo(limit)], **kwargs
    )
