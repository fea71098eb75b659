"""Who somebody is: customers and staff, their login sessions, links and profiles."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """All pages of this domain."""
    from kmz.accounts import views

    import_module("kmz.accounts.own_views")  # adds its pages
    return views.blueprint
