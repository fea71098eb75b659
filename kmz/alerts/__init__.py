"""Mails about courses that somebody waits for: saved searches and freed seats."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """All pages of this domain."""
    from kmz.alerts import views

    for name in ("link_views", "own_views"):
        import_module(f"kmz.alerts.{name}")  # adds its pages
    return views.blueprint
