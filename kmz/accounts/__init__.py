"""Who somebody is: customers and staff, their login sessions, links and profiles."""

from flask import Blueprint


def blueprint() -> Blueprint:
    """All pages of this domain."""
    from kmz.accounts import own_views, views

    modules = (views, own_views)  # importing them adds their pages
    return modules[0].blueprint
