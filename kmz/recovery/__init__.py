"""Getting back into an account with the office's help: cases, links, the robot check (C01–C24)."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """The pages for people without access."""
    from kmz.recovery import link_views

    import_module("kmz.recovery.finish_views")  # adds its pages
    return link_views.blueprint
