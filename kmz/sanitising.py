"""The one place where foreign HTML becomes HTML that may be shown (ASVS 1.3.1).

Allow-list: paragraphs, breaks, emphasis, lists and links. Every attribute but a link's `href`
(http, https, mailto) and `title` is dropped: nothing can carry script, style, forms or htmx.
"""

import html
import re
from textwrap import fill

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
_CELL_END = re.compile(r"</t[hd]>\s*(?=<t[hd])")
_LINE_END = re.compile(r"<br ?/?>|</(?:li|tr|dt|dd|caption)>")
_PARAGRAPH_END = re.compile(r"</(?:p|h[2-4]|ul|ol|dl|table|address|blockquote)>|<hr ?/?>")
_GAPS = re.compile(r"\n{3,}")
_LINE_LENGTH = 78
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


def page_text(clean: str) -> str:
    """The text of a whole sanitised page, to be kept as a file: paragraphs apart, the cells of a
    row in one line, no line longer than a sheet is wide.
    """
    marked = _CELL_END.sub(": ", " ".join(clean.split())).replace("<li>", "- ")
    broken = _PARAGRAPH_END.sub("\n\n", _LINE_END.sub("\n", marked))
    lines = html.unescape(_ANY_TAG.sub("", broken)).splitlines()
    return _GAPS.sub("\n\n", "\n".join(fill(line.strip(), _LINE_LENGTH) for line in lines)).strip()
