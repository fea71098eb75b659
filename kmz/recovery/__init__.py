"""Getting back into an account with the office's help: cases, links, the robot check (C01–C24)."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """The pages for people without access."""
    from kmz.recovery import link_views

    for name in ("case_views", "finish_views", "objection_views"):
        import_module(f"kmz.recovery.{name}")  # adds its pages
    return link_views.blueprint


def staff_blueprint() -> Blueprint:
    """The office's pages of this domain."""
    from kmz.recovery import staff_views

    import_module("kmz.recovery.way_views")  # adds its pages
    return staff_views.blueprint
