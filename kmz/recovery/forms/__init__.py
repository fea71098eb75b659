"""The forms of recovery, by who fills them in."""

from kmz.recovery.forms.case import CaseForm
from kmz.recovery.forms.link import AnswerForm, CodeForm, RecoveredDataForm, RobotForm
from kmz.recovery.forms.office import AddressChangeForm, CloseForm, LetterForm, NoteForm

__all__ = [
    "AddressChangeForm",
    "AnswerForm",
    "CaseForm",
    "CloseForm",
    "CodeForm",
    "LetterForm",
    "NoteForm",
    "RecoveredDataForm",
    "RobotForm",
]
