"""The staff's protected shell: login, dashboard, and the prefix that all staff pages share."""

from flask import Blueprint


def blueprint() -> Blueprint:
    """Login and dashboard, with the staff pages of all domains below them."""
    from kmz import booking, catalog, content
    from kmz.admin import views

    for domain in (booking, catalog, content):
        pages = domain.staff_blueprint()
        if pages.name not in (child.name for child, _ in views.blueprint._blueprints):
            views.blueprint.register_blueprint(pages)
    return views.blueprint
