"""Semesters: "271" is the first one of 2027 (February to July), "272" the second (to January)."""

import re
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


_SPELLED = re.compile(
    r"(?P<half>[12])\s*[/.-]\s*(?P<year>20\d\d|\d\d)|"
    r"(?P<year2>20\d\d)\s*[/.-]?\s*(?P<half2>[12])|"
    r"(?P<year3>\d\d)[/.-]?(?P<half3>[12])|"
    r"(?P<word>F|S|SS|FS|SoSe|Frühjahr|Sommer|Frühjahr/Sommer|H|W|WS|HS|WiSe|Herbst|Winter|"
    r"Herbst/Winter)(?:semester)?[\s./-]*(?P<year4>20\d\d|\d\d)(?:\s*/\s*(?:20)?\d\d)?",
    re.IGNORECASE,
)


def read_semester(text: str) -> str | None:
    """The code of a semester as offices write it: "171", "1/2017", "F2027", "WS 2026/27"."""
    match = _SPELLED.fullmatch(text.strip())
    if match is None:
        return None
    found = match.groupdict()
    year = found["year"] or found["year2"] or found["year3"] or found["year4"]
    half = found["half"] or found["half2"] or found["half3"]
    if found["word"]:
        half = "1" if found["word"][0].upper() in "FS" else "2"
    return f"{year[-2:]}{half}"
