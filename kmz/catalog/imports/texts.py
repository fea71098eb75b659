"""Texts of a feed: plain text, HTML and everything between become clean HTML and search words."""

import html
import re
from dataclasses import dataclass

from kmz.sanitising import clean_html, plain_text

# Bytes of Windows-1252 that somebody read as Latin-1: typographic quotes, dashes, the euro.
_C1 = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
_TWICE_MASKED = re.compile(r"&amp;(#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<(\w{1,10})\b[^>]*\bstyle\s*=[^>]*(?:visibility\s*:\s*hidden|display\s*:\s*none)[^>]*>"
    r"(.*?)(?:</\1\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_KNOWN_TAGS = (
    "a|abbr|address|applet|area|article|aside|audio|b|base|big|blockquote|body|br|button|canvas|center|"
    "cite|code|col|dd|del|details|div|dl|dt|em|embed|fieldset|figure|font|footer|form|frame|frameset|"
    "h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|legend|li|link|main|map|mark|math|meta|nav|"
    "noscript|object|ol|option|p|param|pre|s|script|section|select|small|span|strike|strong|style|sub|summary|"
    "sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|u|ul|video|wbr"
)
# "<Teil 2>", "a<b" that nothing closes: a sign, not a tag. The sanitiser comes after this.
_MERE_SIGN = re.compile(rf"<(?!/?(?:{_KNOWN_TAGS})\b[^<>]*>|!--)", re.IGNORECASE)
_EMPTY = re.compile(r"<p>(?:\s|&nbsp;|</?(?:b|strong|i|em)>)*</p>")
_OTHER_BLOCKS = re.compile(
    r"</?(?:article|address|blockquote|center|dd|div|dl|dt|figure|footer|h[1-6]|header|hr|pre|section|"
    r"table|tr)\b[^>]*>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br>[ \t]*\n?")
_TAG = re.compile(r"(</?(?:p|ul|ol)>)")
_BULLET = re.compile(r"[ \t]*[•·●▪][ \t]*(?=\S)")
_DASH = re.compile(r"[ \t]*[-–*][ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class FeedText:
    """Sanitised HTML, its plain text, and words that only the search shall know."""

    html: str
    plain: str
    search_words: str


def feed_text(raw: str) -> FeedText:
    """Read a text in which HTML, CRLF, "•\\t" lists and hidden search words may be mixed."""
    text = _TWICE_MASKED.sub(r"&\1;", raw.translate(_C1).replace("\r\n", "\n").replace("\r", "\n"))
    hidden = " ".join(_words(match[2]) for match in _HIDDEN.finditer(text))
    visible = _OTHER_BLOCKS.sub("\n", _MERE_SIGN.sub("&lt;", _HIDDEN.sub("\n", text)))
    shown = _EMPTY.sub("", clean_html("".join(_blocks(clean_html(visible)))))
    return FeedText(shown, plain_text(shown), hidden.strip())


def _words(markup: str) -> str:
    return " ".join(html.unescape(plain_text(clean_html(markup))).split())


def _blocks(clean: str) -> list[str]:
    """Paragraphs and lists in order; lists that came as HTML stay as they are."""
    blocks: list[str] = []
    depth, flow, markup = 0, "", ""
    for token in _TAG.split(_BREAK.sub("\n", clean)):
        if token in {"<ul>", "<ol>"}:
            if depth == 0:
                blocks += _paragraphs(flow)
                flow = ""
            depth, markup = depth + 1, markup + token
        elif token in {"</ul>", "</ol>"} and depth:
            depth, markup = depth - 1, markup + token
            if depth == 0:
                blocks.append(markup)
                markup = ""
        elif depth:
            markup += token.replace("\n", " ")
        else:
            flow += "\n\n" if token in {"<p>", "</p>"} else token
    return blocks + _paragraphs(flow)


def _paragraphs(flow: str) -> list[str]:
    """Flow with inline tags: an empty line parts paragraphs, a bullet ahead makes an entry."""
    blocks: list[str] = []
    for chunk in re.split(r"\n[ \t\xa0]*\n", flow):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        for is_list, group in _groups(lines):
            if is_list:
                blocks.append("<ul>" + "".join(f"<li>{line}</li>" for line in group) + "</ul>")
            else:
                blocks.append("<p>" + "<br>".join(group) + "</p>")
    return blocks


def _groups(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Runs of list entries (without their bullets) and of ordinary lines."""
    groups: list[tuple[bool, list[str]]] = []
    for index, line in enumerate(lines):
        entry = _entry(lines, index)
        is_list = entry is not None
        if not groups or groups[-1][0] is not is_list:
            groups.append((is_list, []))
        groups[-1][1].append(line if entry is None else entry)
    return groups


def _entry(lines: list[str], index: int) -> str | None:
    line = lines[index]
    if _BULLET.match(line):
        return _BULLET.sub("", line, count=1)
    # One dash alone may be an aside ("- als Bildungszeit anerkannt -"); two in a row are a list.
    neighbours = [lines[other] for other in (index - 1, index + 1) if 0 <= other < len(lines)]
    if _DASH.match(line) and any(_DASH.match(neighbour) for neighbour in neighbours):
        return _DASH.sub("", line, count=1)
    return None
