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
