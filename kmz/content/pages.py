"""The pages whose text an operator may replace, and the texts that are shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kmz.errors import NotFoundError

_DEFAULTS = Path(__file__).parent / "defaults"


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page: its `key` names the shipped text, and the endpoint unless another domain has it."""

    key: str
    title: str
    endpoint_elsewhere: str = ""

    @property
    def endpoint(self) -> str:
        return self.endpoint_elsewhere or f"content.show_{self.key}"

    @property
    def default_html(self) -> str:
        """The shipped text, with placeholders."""
        return (_DEFAULTS / f"{self.key}.html").read_text(encoding="utf-8")


PAGES: Mapping[str, TextPage] = MappingProxyType(
    {
        page.key: page
        for page in (
            TextPage("service", "INFOS / SERVICE"),
            TextPage("house", "$house"),
            TextPage("contact", "KONTAKT", "contact.show_contact"),
            TextPage("imprint", "Impressum"),
            TextPage("privacy", "Datenschutz"),
            TextPage("terms", "AGB"),
            TextPage("withdrawal", "Widerrufsbelehrung"),
            TextPage("accessibility", "Barrierefreiheit"),
        )
    }
)


def get_page(key: str) -> TextPage:
    """The page of this key; NotFoundError for any other."""
    try:
        return PAGES[key]
    except KeyError:
        raise NotFoundError from None
