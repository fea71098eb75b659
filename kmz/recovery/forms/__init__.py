"""The forms of recovery, by use."""

from kmz.recovery.forms.link import AnswerForm, CodeForm, RecoveredDataForm, RobotForm

__all__ = ["AnswerForm", "CodeForm", "RecoveredDataForm", "RobotForm"]
