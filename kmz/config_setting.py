"""How a setting is declared: its variable, its meaning, and how a value is read."""

from collections.abc import Callable
from dataclasses import MISSING, field
from typing import Any


def setting(
    variable: str,
    meaning: str,
    *,
    default: Any = MISSING,
    parse: Callable[[str], Any] = str,
    secret: bool = False,
) -> Any:
    """A field of a configuration class; `parse` raises ValueError for what cannot be used."""
    metadata = {"variable": variable, "meaning": meaning, "parse": parse, "secret": secret}
    return field(metadata=metadata, **({} if default is MISSING else {"default": default}))
