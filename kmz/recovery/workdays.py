"""Public holidays of the Länder."""

from collections.abc import Container
from datetime import date
from functools import cache
from importlib import import_module


@cache
def public_holidays(land: str) -> Container[date]:
    """The holidays of a Land ("BW"), of every year that is asked for.

    The library is loaded with the first question, because it takes longer than starting kmz.
    """
    found: Container[date] = import_module("holidays").country_holidays("DE", subdiv=land)
    return found
