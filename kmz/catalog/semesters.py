"""Semesters: "271" is the first one of 2027 (February to July), "272" the second (to January)."""

from datetime import date

_FIRST_MONTH, _SECOND_MONTH = 2, 8


def semester_code(day: date) -> str:
    """The semester a day lies in; January belongs to the second semester of the year before."""
    year = day.year if day.month >= _FIRST_MONTH else day.year - 1
    half = 1 if _FIRST_MONTH <= day.month < _SECOND_MONTH else 2
    return f"{year % 100:02d}{half}"


def semester_name(code: str) -> str:
    """ "271" → "Frühjahr/Sommer 2027", "272" → "Herbst/Winter 2027/28"."""
    year = int(code[:2])
    if code[2] == "1":
        return f"Frühjahr/Sommer 20{year:02d}"
    return f"Herbst/Winter 20{year:02d}/{(year + 1) % 100:02d}"
