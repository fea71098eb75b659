"""The parts of docs/ that the program itself knows: settings, rights, what Meine Daten holds.

`python -m tests.tools.reference` writes them anew; tests/test_docs.py claims that they are current.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from kmz import create_app
from kmz.config import Config
from kmz.customer_area.archive import SECTIONS
from kmz.own_data import Column
from kmz.web.access import Access, access_of
from tests.conftest import make_config

DOCS = Path(__file__).parents[2] / "docs"
_NO, _YES, _FRESH = "–", "ja", "ja, Passwort frisch"
_STAFF_ROLES = ("office", "finance", "admin")
_COLUMNS = (
    "Adresse",
    "Methode",
    "ohne Login",
    "Kundschaft",
    "geteiltes Login",
    *_STAFF_ROLES,
    "Welche Daten",
)


def settings_table() -> str:
    """Every setting: variable, meaning, default."""
    lines = ["| Variable | Bedeutung | Vorgabe |", "| --- | --- | --- |"]
    for entry in fields(Config):
        default = "**Pflicht**" if entry.default is MISSING else _shown(entry.default)
        meaning = entry.metadata["meaning"] + (" (geheim)" if entry.metadata["secret"] else "")
        lines.append(f"| `{entry.metadata['variable']}` | {meaning} | {default} |")
    return "\n".join(lines)


def _shown(default: object) -> str:
    return f"`{default}`" if default not in ("", ()) else "–"


def matrix() -> str:
    """Who may call which address in production, from the marks that the program checks."""
    lines = [
        f"| {' | '.join(_COLUMNS)} |",
        f"| {' | '.join('---' for _ in _COLUMNS)} |",
    ]
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            make_config(
                "sqlite:///none.db",
                Path(folder),
                KMZ_MODE="production",
                KMZ_PUBLIC_URL="https://portal.example.org",
            )
        )
    lines += _rows(app)
    return "\n".join(lines)


def _rows(app: Flask) -> Iterator[str]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, _method(rule))):
        access = access_of(app.view_functions[rule.endpoint])
        if access is None:
            raise LookupError(rule.endpoint)
        cells = [f"`{rule.rule}`", _method(rule), *_who(access), _which(rule, access)]
        yield f"| {' | '.join(cells)} |"


def _method(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def _who(access: Access) -> list[str]:
    if access.kind == "public":
        return [_YES] * 6
    if access.kind == "guest":
        return [_YES, _YES, _NO, *[_NO] * 3]
    if access.kind == "customer":
        yes = _FRESH if access.fresh else _YES
        return [_NO, yes, yes if access.schools else _NO, *[_NO] * 3]
    allowed = (access.roles or set(_STAFF_ROLES)) | {"admin"}
    yes = _FRESH if access.fresh else _YES
    return [_NO, _NO, _NO, *(yes if role in allowed else _NO for role in _STAFF_ROLES)]


def _which(rule: Rule, access: Access) -> str:
    if access.kind in {"customer", "guest"}:
        return "eigene"
    if access.kind == "staff":
        return "alle"
    if rule.rule.startswith("/warenkorb"):
        return "eigener Warenkorb"
    has_ticket = rule.endpoint.startswith("recovery.") and "/wiederherstellung" in rule.rule
    is_open = rule.endpoint.endswith(("_code", "_done"))
    if "token" in rule.arguments or (has_ticket and not is_open):
        return "wer den Link hat"
    return "öffentlich"


def own_data_table() -> str:
    """What stands in meine-daten.json: every list of records with its fields."""
    lines = ["| Liste | Inhalt | Felder je Eintrag |", "| --- | --- | --- |"]
    lines += [
        f"| `{section.key}` | {section.title} | {_fields(section.columns)} |"
        for section in SECTIONS
    ]
    return "\n".join(lines)


def _fields(columns: tuple[Column, ...]) -> str:
    return ", ".join(
        f"`{column.key}`" + (f" (Liste: {_fields(column.columns)})" if column.columns else "")
        for column in columns
    )


PARTS = {
    "betrieb.md": {"einstellungen": settings_table},
    "sicherheit.md": {"auskunft": own_data_table, "rechte": matrix},
}


def renewed(name: str) -> str:
    """The text of a page with its parts written anew."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for part, write in PARTS[name].items():
        begin, end = f"<!-- {part}: erzeugt -->\n", f"<!-- /{part} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise LookupError(f"{name} has no part {part}")
        text = f"{before}{begin}{write()}\n{end}{after}"
    return text


if __name__ == "__main__":
    for page in PARTS:
        (DOCS / page).write_text(renewed(page), encoding="utf-8")
