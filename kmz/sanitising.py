"""The one place where foreign HTML becomes HTML that may be shown (ASVS 1.3.1).

Allow-list: paragraphs, breaks, emphasis, lists and links. Every attribute but a link's `href`
(http, https, mailto) and `title` is dropped: nothing can carry script, style, forms or htmx.
"""

import html
import re

import nh3

_TAGS = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a"}
# Gone with all they hold: what stands in them is no text for readers.
_WITH_CONTENT = {"script", "style", "template", "iframe", "object", "noscript", "select", "title"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes={"a": {"href", "title"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer",
)
# What the office writes for whole pages: also headings, tables, own addresses and telephone links.
PAGE_TAGS = _TAGS | {
    "h2", "h3", "h4", "dl", "dt", "dd", "address", "blockquote", "hr",
    "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_PAGE_CLEANER = nh3.Cleaner(
    tags=PAGE_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes={
        "a": {"href", "title", "lang"},
        "th": {"scope", "colspan", "rowspan"},
        "td": {"colspan", "rowspan", "data-label"},  # the column's name, shown on phones
    },
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="pass_through",
    link_rel=None,
)
_LINK_TO_NOWHERE = re.compile(r"<a(?! href=)(?: [^>]*)?>(.*?)</a>", re.DOTALL)
_BLOCK_END = re.compile(r"<br ?/?>|</(?:p|li|ul|ol)>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]*>")


def clean_html(text: str) -> str:
    """Foreign HTML as well-formed HTML of the allow-list; text outside of tags stays."""
    cleaned = _CLEANER.clean(text)
    # A link whose target was refused is no link; cleaned again, because text was cut out.
    unlinked = _LINK_TO_NOWHERE.sub(r"\1", cleaned)
    return cleaned if unlinked == cleaned else _CLEANER.clean(unlinked)


def clean_page(text: str) -> str:
    """The same for the text of a whole page, written by the house itself (kmz.content)."""
    return _PAGE_CLEANER.clean(text)


def plain_text(clean: str) -> str:
    """The text of sanitised HTML, one line per paragraph, break or list entry."""
    lines = html.unescape(_ANY_TAG.sub("", _BLOCK_END.sub("\n", clean))).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
