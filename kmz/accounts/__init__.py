"""Who somebody is: customers and staff, their login sessions, links and profiles."""

from importlib import import_module

from flask import Blueprint

# Each adds its pages to the blueprint.
_PAGES = (
    "own_views",
    "address_views",
    "school_views",
    "security_views",
    "settings_views",
    "session_views",
)


def blueprint() -> Blueprint:
    """All pages of this domain."""
    from kmz.accounts import views

    for name in _PAGES:
        import_module(f"kmz.accounts.{name}")
    return views.blueprint


def staff_access_blueprint() -> Blueprint:
    """What members of staff do with their own access."""
    from kmz.accounts import staff_access_views

    for name in ("second_factor_views", "staff_passkey_views", "member_views"):
        import_module(f"kmz.accounts.{name}")
    return staff_access_views.blueprint


def staff_schools_blueprint() -> Blueprint:
    """The office's pages for schools."""
    from kmz.accounts import school_staff_views

    return school_staff_views.blueprint


def staff_blueprint() -> Blueprint:
    """The office's pages for customers."""
    from kmz.accounts import staff_views

    return staff_views.blueprint
