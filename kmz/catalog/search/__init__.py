"""Finding courses: an index in memory, built from the database and swapped when it changes."""

from typing import cast

from flask import Flask, current_app

from kmz.catalog.search.engine import CatalogSearch
from kmz.catalog.search.marks import marked


def init_search(app: Flask) -> None:
    """Give the app its search; nothing is read before the first question."""
    app.extensions["kmz_search"] = CatalogSearch(app)


def init_marks(app: Flask) -> None:
    """Offer `marked` to all templates: texts with what a search found in them."""
    app.jinja_env.filters["marked"] = marked


def catalog_search() -> CatalogSearch:
    """The search of the current app."""
    return cast("CatalogSearch", current_app.extensions["kmz_search"])
