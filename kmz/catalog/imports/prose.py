"""What stands in running text and has a place of its own: material and requirements."""

import re
from html import unescape

_MATERIAL = re.compile(
    r"(?:(?:Bitte )?mitbringen|Bitte bringen Sie mit|Mitzubringen|"
    r"(?:Materialien|Material)(?: bitte| \(bitte)? mitbringen\)?):\s*(?P<said>\S.*)|"
    r"(?P<whole>Bitte (?!.*\b(?:€|Euro|EUR)\b).*\bmitbringen[.!]?)",
    re.IGNORECASE,
)
_REQUIREMENTS = re.compile(
    r"(?:Teilnahmev|V)(?:oraussetzung|oraussetzungen):\s*(?P<said>\S.*)|"
    r"Vorkenntnisse:\s*(?P<whole>\S.*)",
    re.IGNORECASE,
)
_LONGEST = 400
# A second sentence would speak of other things: then the line stays where it is.
_SENTENCES = re.compile(r"[.!?]\s+(?=[A-ZÄÖÜ])")
_ABBREVIATED = re.compile(r"\b(?:z|B|d|h|u|a|bzw|ca|vgl|evtl|ggf|inkl|max|min|Nr|Std|usw)\.\s")
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_BREAK = re.compile(r"<br ?/?>")


def take_material(html: str) -> tuple[str, str]:
    """The text without its lines about what to bring, and these lines."""
    return _taken_out(html, _MATERIAL)


def take_requirements(html: str) -> tuple[str, str]:
    """The text without its lines about what people need to know, and these lines."""
    return _taken_out(html, _REQUIREMENTS)


def _taken_out(html: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    taken: list[str] = []

    def shortened(paragraph: re.Match[str]) -> str:
        lines = [line for line in _BREAK.split(paragraph[1]) if not _take(line, pattern, taken)]
        return f"<p>{'<br>'.join(lines)}</p>" if lines else ""

    rest = _PARAGRAPH.sub(shortened, html)
    return rest, " ".join(taken)


def _take(line: str, pattern: re.Pattern[str], taken: list[str]) -> bool:
    """Whether this line is one plain sentence of the kind; then it is added to `taken`."""
    text = line.strip()
    match = pattern.fullmatch(text)
    if match is None or "<" in text or len(text) > _LONGEST:
        return False
    if _SENTENCES.search(_ABBREVIATED.sub("", text)):
        return False
    taken.append(unescape(match["said"] or match["whole"]))
    return True
