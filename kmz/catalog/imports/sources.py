"""Names of sources: whose file it is, so that two houses may use the same keys."""

import re

SOURCE_RULE = (
    "Der Name der Quelle besteht aus 1 bis 40 Kleinbuchstaben, Ziffern, Punkten und Bindestrichen."
)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?")


def is_source_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None
