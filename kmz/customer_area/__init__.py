"""The customer's hub and what is one click from it."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """The greeting page, and what concerns the account as a whole."""
    from kmz.customer_area import views

    import_module("kmz.customer_area.own_data_views")  # adds its pages
    return views.blueprint
