"""The Online-Katalog: courses and events, search, Merkliste, imports and staff editing."""

from importlib import import_module

from flask import Blueprint

# Modules that add their pages to the blueprint of `views`.
_MORE_PAGES = (
    "course_views",
    "feeds.api_views",
    "feeds.export_views",
    "feeds.views",
    "list_views",
    "old_links",
    "programme.views",
    "watchlist_views",
)


def blueprint() -> Blueprint:
    """The public pages of this domain and the Merkliste."""
    from kmz.catalog import views

    for name in _MORE_PAGES:
        import_module(f"kmz.catalog.{name}")
    return views.blueprint


def staff_blueprint() -> Blueprint:
    """The staff's pages of this domain."""
    from kmz.catalog import staff_views

    for name in ("opening_views", "policy_views", "synonym_views"):
        import_module(f"kmz.catalog.{name}")  # adds its pages
    return staff_views.blueprint


def staff_imports_blueprint() -> Blueprint:
    """The staff's pages for course files."""
    from kmz.catalog import import_views

    return import_views.blueprint
