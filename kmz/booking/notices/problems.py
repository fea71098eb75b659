"""Refusals of the decision who is told."""

from kmz.errors import Problem

CHANGED_AGAIN = Problem(
    "course_changed_again",
    "Der Kurs wurde inzwischen noch einmal geändert. Bitte prüfen Sie den Text und entscheiden "
    "Sie neu.",
)
