"""Which mails hold a secret link, read from the code that queues them."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import kmz

_CODE = Path(kmz.__file__).parent


@dataclass(frozen=True)
class SecretMail:
    """A mail with a link that opens something: its subject, and how the link begins."""

    subject: re.Pattern[str]
    link: str


def secret_mails() -> dict[str, SecretMail]:
    """By template. A link is secret unless its whole path stands in the code."""
    found = {}
    for path in _CODE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                found.update(_secret_mail(function))
    return found


def _secret_mail(function: ast.FunctionDef) -> dict[str, SecretMail]:
    mails = _calls(function, "queue_mail")
    links = [call.args[0] for call in _calls(function, "public_link")]
    secret = [link for link in links if not _stands_in_the_code(link)]
    if not mails or not secret:
        return {}
    (mail,), (link,) = mails, secret
    given = {keyword.arg: keyword.value for keyword in mail.keywords}
    template = ast.literal_eval(given["template"])
    prefix = _pattern(link).partition(".*")[0].replace("\\", "")
    return {template: SecretMail(re.compile(_pattern(given["subject"])), prefix)}


def _calls(function: ast.FunctionDef, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def _stands_in_the_code(link: ast.expr) -> bool:
    return isinstance(link, ast.Constant) or (isinstance(link, ast.Name) and link.id.isupper())


def _pattern(text: ast.expr) -> str:
    """What fits a string of the code, whatever is filled in."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in parts
    )
