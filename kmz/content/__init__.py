"""The texts of the house: shipped with the product, replaced by the operator, versions kept."""

from flask import Blueprint


def blueprint() -> Blueprint:
    """The public pages of this domain."""
    from kmz.content import views

    return views.blueprint


def staff_blueprint() -> Blueprint:
    """The staff's pages of this domain."""
    from kmz.content import staff_views

    return staff_views.staff_pages
