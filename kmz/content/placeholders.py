"""Placeholders in texts: `$name` stands for a setting of the portal and is filled in at display.

Not Jinja: a text is written by people in the office and must not be able to run anything.
"""

from collections.abc import Mapping
from string import Template

from markupsafe import Markup, escape

from kmz.config import Config
from kmz.web.formats import dialled

MEANINGS = {
    "site_name": "Name des Portals",
    "house": "Name des eigenen Hauses im Menü",
    "creditor_name": "Zahlungsempfänger, zugleich Vertragspartner",
    "address": "Anschrift",
    "support_email": "E-Mail-Adresse für Fragen",
    "support_phone": "Telefonnummer für Fragen",
    "support_phone_link": "dieselbe Nummer für Links mit tel:",
    "public_url": "Internetadresse des Portals",
}


def values_of(config: Config) -> dict[str, str]:
    """What stands behind each placeholder, as plain text."""
    return {
        "site_name": config.site_name,
        "house": config.house_label,
        "creditor_name": config.creditor_name,
        "address": config.address_line,
        "support_email": config.support_email,
        "support_phone": config.support_phone,
        "support_phone_link": dialled(config.support_phone),
        "public_url": config.public_url,
    }


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """A plain line with its placeholders filled; other dollar signs stay as they are."""
    return Template(text).safe_substitute(values)


def fill_html(html: str, values: Mapping[str, str]) -> Markup:
    """Sanitised HTML with its placeholders filled, every value escaped, also within attributes."""
    escaped = {name: str(escape(value)) for name, value in values.items()}
    return Markup(Template(html).safe_substitute(escaped))  # noqa: S704 - sanitised when saved
