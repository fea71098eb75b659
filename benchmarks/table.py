"""The rows of the result and how they are written down."""

from dataclasses import dataclass
from pathlib import Path

HEAD = ("What", "kmz", "Beside it", "Ratio", "Target", "Met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement. `ratio` is ours divided by the other's where there is another; `met` is
    None where nothing was promised.
    """

    what: str
    ours: str
    beside: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = {None: "", True: "yes", False: "**no**"}[self.met]
        return self.what, self.ours, self.beside, ratio, self.target, met


def against(what: str, ours: str, beside: str, *, ratio: float, target: float | None) -> Row:
    """A row whose ratio should reach `target`, where there is one."""
    return Row(
        what=what,
        ours=ours,
        beside=beside,
        ratio=ratio,
        target="" if target is None else f"≥ {target}",
        met=None if target is None else ratio >= target,
    )


def at_most(what: str, value: float, limit: float, unit: str) -> Row:
    """A row whose value should not pass `limit`."""
    shown = f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
    return Row(
        what=what,
        ours=f"{shown} {unit}".strip(),
        target=f"≤ {limit:g} {unit}".strip(),
        met=value <= limit,
    )


def as_markdown(rows: list[Row]) -> str:
    """A table with aligned columns."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    written = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    written.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(written) + "\n"


def write(rows: list[Row], path: Path) -> None:
    """Keep the table in a file; the folder is made when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_markdown(rows), encoding="utf-8")
