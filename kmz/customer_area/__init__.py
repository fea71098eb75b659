"""The customer's hub and what is one click from it."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """The greeting page, and what concerns the account as a whole."""
    from kmz.customer_area import views

    for name in ("closing_views", "own_data_views"):
        import_module(f"kmz.customer_area.{name}")  # adds its pages
    return views.blueprint
