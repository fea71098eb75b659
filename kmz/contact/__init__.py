"""KONTAKT: who answers questions, the form for them, and what became of each (U39)."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """The form, and what customers see of their questions."""
    from kmz.contact import views

    return views.blueprint


def staff_blueprint() -> Blueprint:
    """The office's pages for questions and Ansprechpersonen."""
    from kmz.contact import staff_views

    import_module("kmz.contact.person_views")  # adds its pages
    return staff_views.blueprint
