"""Mails are written by templates: `mail/<domain>/<name>.txt` and `.html`."""

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app
from jinja2 import Environment, StrictUndefined
from jinja2.defaults import DEFAULT_NAMESPACE

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """Both bodies of one mail."""

    text: str
    html: str


def public_link(path: str) -> str:
    """The full address of one of our paths, for mails.

    Built from the configured address, so a forged Host header cannot redirect a link.
    """
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a path of our own starts with one slash")
    return f"{current_app.config['KMZ'].public_url}{path}"


def render_mail(template: str, *, subject: str, **context: object) -> RenderedMail:
    """Render "<domain>/<name>"; a name that the template asks for and nobody gave is an error.

    Templates extend `mail/layout.txt` and `mail/layout.html`, fill the block `content`, and find
    `subject`, `site` and `public_link` beside what the caller gives.
    """
    writers = _writers()
    bodies = {
        kind: writer.get_template(f"mail/{template}.{kind}").render(subject=subject, **context)
        for kind, writer in writers.items()
    }
    text = "\n".join(line.rstrip() for line in bodies["txt"].splitlines())
    return RenderedMail(
        text=_GAPS.sub("\n\n", _UNPRINTABLE.sub("", text)).strip() + "\n",
        html=_UNPRINTABLE.sub("", bodies["html"]),
    )


def _writers() -> dict[str, Environment]:
    """Two variants of the portal's Jinja environment, made with the first mail."""
    known: dict[str, Environment] | None = current_app.extensions.get("kmz_mail_writers")
    if known is not None:
        return known
    pages = current_app.jinja_env
    html = pages.overlay(undefined=StrictUndefined, autoescape=True)
    text = pages.overlay(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_without_markup,
    )
    for writer in (html, text):
        # No more: a mail must not depend on the request, the host or the session that caused it.
        names = {"site": pages.globals["site"], "public_link": public_link}
        writer.globals = DEFAULT_NAMESPACE | names
    writers: dict[str, Environment] = {"txt": text, "html": html}
    current_app.extensions["kmz_mail_writers"] = writers
    return writers


def _without_markup(value: Any) -> Any:
    """Markup that reaches a plain text leaves its tags behind."""
    return value.striptags() if hasattr(value, "striptags") else value
