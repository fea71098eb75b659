"""Finding courses: an index in memory, built from the database and swapped when it changes."""

from typing import cast

from flask import Flask, current_app

from kmz.catalog.search.engine import CatalogSearch


def init_search(app: Flask) -> None:
    """Give the app its search; nothing is read before the first question."""
    app.extensions["kmz_search"] = CatalogSearch(app)


def catalog_search() -> CatalogSearch:
    """The search of the current app."""
    return cast("CatalogSearch", current_app.extensions["kmz_search"])
