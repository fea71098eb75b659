"""What a mail may repeat of what anybody typed."""

import re

_LINKS = re.compile(
    r"(?:https?://|www\.)\S+"  # what says that it is an address
    r"|\S+@\S+"
    r"|\b(?:[\w-]+\.)+(?:[a-z]{2,}|[A-Z]{2,})\b(?:/\S*)?"  # what mail programs take for one
)
_REMOVED = "[Adresse entfernt]"


def without_links(text: str) -> str:
    """What was typed, without anything a mail program would make a link of.

    Anybody may type anybody's address; a receipt must not carry a stranger's links (L17).
    """
    return _LINKS.sub(_REMOVED, text)
