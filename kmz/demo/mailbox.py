"""Reading the mails that the demo wrote into its folder instead of sending them."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import DateHeader
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from markupsafe import Markup, escape

from kmz.errors import NotFoundError

_NAME = re.compile(r"[0-9]{1,9}-[A-Za-z0-9]{1,10}")
_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail; `name` is its file's name without ending, the bodies are empty in a list."""

    name: str
    subject: str
    recipient: str
    sent_at: datetime | None
    text: str = ""
    html: str = ""


def list_mails(folder: Path) -> list[DemoMail]:
    """All mails, the newest file first, without their bodies."""
    paths = [path for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)]
    ordered = sorted(paths, key=lambda path: int(path.stem.partition("-")[0]), reverse=True)
    return [_mail(path, is_whole=False) for path in ordered]


def get_mail(folder: Path, name: str) -> DemoMail:
    """One mail with its bodies; NotFoundError when there is none of this name."""
    path = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFoundError
    return _mail(path, is_whole=True)


def with_links(text: str) -> Markup:
    """Plain text as HTML in which web addresses can be clicked; everything else is escaped."""
    parts: list[Markup] = []
    end = 0
    for match in _LINK.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(match[0]))
        end = match.end()
    return Markup().join([*parts, escape(text[end:])])


def _mail(path: Path, *, is_whole: bool) -> DemoMail:
    with path.open("rb") as file:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parse(
            file, headersonly=not is_whole
        )
    date = message["Date"]
    return DemoMail(
        name=path.stem,
        subject=str(message["Subject"] or ""),
        recipient=str(message["To"] or ""),
        sent_at=date.datetime if isinstance(date, DateHeader) else None,
        text=_body(message, "plain") if is_whole else "",
        html=_body(message, "html") if is_whole else "",
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
