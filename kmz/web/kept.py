"""Markup and addresses that do not depend on who asks: made once, then kept.

A kept template sees only the globals and the values that it is given, never the request, so
nothing of one visitor can reach another through it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from markupsafe import Markup

_TEMPLATES, _MACROS = 500, 5000
# These macros answer the same to the same arguments; a row is kept per course, state and heart.
PURE_MACROS = ("icon", "tile", "heart", "availability_light", "course_row")


def init_kept(app: Flask) -> None:
    """Offer `kept(template, **values)`, keep pure macros and the addresses without arguments."""
    names = app.jinja_env.globals

    @lru_cache(maxsize=_TEMPLATES)
    def kept(template: str, **values: Any) -> Markup:
        return Markup(app.jinja_env.get_template(template).render(values))  # noqa: S704 - rendered

    @lru_cache(maxsize=_TEMPLATES)
    def address(endpoint: str) -> str:
        return app.url_for(endpoint)

    def url_for(endpoint: str, **values: Any) -> str:
        if values or endpoint.startswith("."):
            return app.url_for(endpoint, **values)
        return address(endpoint)

    names["kept"] = kept
    names["url_for"] = url_for
    for name in PURE_MACROS:
        macro = cast("Callable[..., Markup]", names[name])
        names[name] = lru_cache(maxsize=_MACROS)(macro)
