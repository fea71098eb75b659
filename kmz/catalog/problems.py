"""Refusals known in advance about courses."""

from kmz.catalog.models import Course
from kmz.errors import Problem

NUMBER_TAKEN = Problem("number.taken", "Diese Kursnummer gibt es schon.", "number")
CHANGED_MEANWHILE = Problem(
    "course.changed",
    "Jemand anders hat diesen Kurs inzwischen geändert. Ihre Eingaben stehen noch hier. "
    "Bitte öffnen Sie den Kurs in einem zweiten Fenster neu und übertragen Sie Ihre Änderungen.",
)
CANCELLED_ALREADY = Problem("course.cancelled", "Dieser Kurs ist schon abgesagt.")
BELOW_TAKEN = "seats.below_taken"
DECIDED_ALREADY = Problem("import.decided", "Dieser Import ist schon übernommen oder verworfen.")
NOT_READY = Problem("import.not_ready", "Die Vorschau ist noch nicht fertig.")
SHRINKS = Problem(
    "import.shrinks",
    "Mehr als die Hälfte der Kurse dieser Quelle käme aus dem Programm. "
    "Bitte bestätigen Sie, dass das so sein soll.",
    "may_shrink",
)


def publishing_problems(course: Course) -> list[Problem]:
    """What a course still needs before customers may see it; sessions and area loaded."""
    wanted = {
        "Programmbereich": course.program_area_id is not None,
        "mindestens ein Termin": bool(course.sessions),
        "Beschreibung": bool(course.description_html),
    }
    missing = [label for label, there in wanted.items() if not there]
    if not missing:
        return []
    return [Problem("course.incomplete", f"Zum Veröffentlichen fehlt noch: {', '.join(missing)}.")]


def lowering_problems(course: Course, maximum: int) -> list[Problem]:
    """What stands against a new maximum: more people are booked already. Staff may insist."""
    taken = course.seats_taken + (course.external_participants or 0)
    is_lowered = maximum < course.max_participants or not course.max_participants
    if not maximum or maximum >= taken or not is_lowered:
        return []
    message = (
        f"{taken} Plätze sind schon vergeben, mehr als die neue Höchstzahl. "
        "Die Buchungen bleiben bestehen. Wenn das so sein soll, bestätigen Sie es bitte darunter."
    )
    return [Problem(BELOW_TAKEN, message, "max_participants")]
