"""Steps of Stornobedingungen as the office writes them, one a line: "13: 5,00 €", "6: 100 %"."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kmz.errors import Problem
from kmz.money import format_cents, parse_cents

MAX_STEPS, MAX_DAYS = 10, 365
_LINE = re.compile(r"(\d{1,3})\s*:\s*(?:(\d{1,3})\s*%)?\s*\+?\s*([\d.,]+\s*€?)?")


def read_steps(text: str) -> list[dict[str, int]]:
    """The steps behind the lines, the earliest first; ValueError for anything else."""
    steps = [_read(line.strip()) for line in text.splitlines() if line.strip()]
    days = [step["days"] for step in steps]
    if len(steps) > MAX_STEPS or len(set(days)) < len(days):
        raise ValueError(text)
    return sorted(steps, key=lambda step: -step["days"])


def _read(line: str) -> dict[str, int]:
    match = _LINE.fullmatch(line)
    if match is None or not (match[2] or match[3]):
        raise ValueError(line)
    days, percent = int(match[1]), int(match[2] or 0)
    cents = parse_cents(match[3]) if match[3] else 0
    if days > MAX_DAYS or percent > 100:
        raise ValueError(line)
    return {"days": days, "percent": percent, "cents": cents}


def write_steps(steps: Iterable[Mapping[str, Any]]) -> str:
    """What `read_steps` reads."""
    return "\n".join(f"{step['days']}: {_amount(step)}" for step in steps)


def _amount(step: Mapping[str, Any]) -> str:
    percent = [f"{step['percent']} %"] if step["percent"] else []
    cents = [format_cents(step["cents"])] if step["cents"] or not percent else []
    return " + ".join(percent + cents)


def steps_problem(text: str) -> Problem | None:
    """What is wrong with the lines, if anything."""
    try:
        read_steps(text)
    except ValueError:
        return Problem(
            "policy.steps",
            "Bitte schreiben Sie je Zeile Tage und Kosten, zum Beispiel „13: 5,00 €“ oder "
            "„6: 100 %“, jeden Tag nur einmal.",
            "steps",
        )
    return None
