"""The robot check: nine pictures, the same as sound, or a question, all made by ourselves (C10).

Nothing is asked of a third party. Making one costs some milliseconds and happens outside of any
transaction.
"""

from kmz.recovery.puzzle import questions, rules
from kmz.recovery.puzzle.rules import Riddle


def new_riddle(kind: str) -> Riddle:
    """A fresh puzzle of one of `rules.KINDS`; Pillow is loaded with the first picture."""
    if kind == rules.SOUND:
        from kmz.recovery.puzzle import sounds

        return sounds.new_sound()
    if kind == rules.QUESTION:
        return questions.new_question()
    from kmz.recovery.puzzle import pictures

    return pictures.new_pictures()
