"""kmz: the customer portal of adult-education and media centres."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from flask_alembic import Alembic
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kmz.config import Config
from kmz.web.access import STAFF_PREFIX

PACKAGE = Path(__file__).parent
csrf = CSRFProtect()
alembic = Alembic(run_mkdir=False, command_name="")


def create_app(config: Config) -> Flask:
    """The portal as a WSGI app; touches no database and no network."""
    app = Flask(__name__, instance_path=str(config.instance.absolute()), static_folder=None)
    app.config.from_mapping(_flask_settings(config))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    _init_foundation(app, config)
    _init_web(app)
    _init_domains(app)
    for blueprint, prefix in _blueprints(config):
        app.register_blueprint(blueprint, url_prefix=prefix or None)
    return app


def _blueprints(config: Config) -> list[tuple[Blueprint, str]]:
    """The one table from addresses to domains."""
    from kmz import (
        accounts,
        admin,
        alerts,
        banking,
        booking,
        catalog,
        contact,
        content,
        customer_area,
        recovery,
    )
    from kmz.web import pwa

    table = [
        (pwa.blueprint, ""),
        (catalog.blueprint(), ""),
        (alerts.blueprint(), ""),
        (content.blueprint(), ""),
        (accounts.blueprint(), ""),
        (recovery.blueprint(), ""),
        (customer_area.blueprint(), "/konto"),
        (banking.blueprint(), "/konto/bankverbindungen"),
        (booking.blueprint(), ""),
        (contact.blueprint(), ""),
        (admin.blueprint(), STAFF_PREFIX),
        (accounts.staff_access_blueprint(), STAFF_PREFIX),
        (accounts.staff_blueprint(), STAFF_PREFIX),
        (accounts.staff_schools_blueprint(), STAFF_PREFIX),
        (recovery.staff_blueprint(), STAFF_PREFIX),
        (catalog.staff_blueprint(), STAFF_PREFIX),
        (catalog.staff_imports_blueprint(), STAFF_PREFIX),
        (booking.staff_blueprint(), STAFF_PREFIX),
        (contact.staff_blueprint(), STAFF_PREFIX),
        (content.staff_blueprint(), STAFF_PREFIX),
    ]
    if config.mode == "demo":
        from kmz import demo

        table.append((demo.blueprint, "/demo-postfach"))
    return table


def _init_foundation(app: Flask, config: Config) -> None:
    from kmz.crypto import Passwords, Vault
    from kmz.db import init_sessions

    app.extensions["kmz_vault"] = Vault(config.data_keys, config.fingerprint_key)
    app.extensions["kmz_passwords"] = Passwords(config.password_pepper)
    if config.database_url.startswith("sqlite:"):
        # Before Flask-SQLAlchemy makes it readable for everybody (ASVS 13.2.2).
        config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    init_sessions(app)
    alembic.init_app(app)


def _init_web(app: Flask) -> None:
    from kmz.catalog.search import init_marks
    from kmz.web.access import init_access
    from kmz.web.addresses import init_addresses
    from kmz.web.components import init_components
    from kmz.web.conditional import init_conditional
    from kmz.web.error_pages import init_error_pages
    from kmz.web.formats import init_formats
    from kmz.web.headers import init_headers
    from kmz.web.kept import init_kept
    from kmz.web.limits import init_limits
    from kmz.web.paging import init_paging
    from kmz.web.site import init_site
    from kmz.web.static_files import init_static_files

    init_addresses(app)
    init_headers(app)
    csrf.init_app(app)
    csrf.exempt("kmz.web.pwa.receive_csp_report")  # the browser itself sends it
    csrf.exempt("kmz.alerts.link_views.end_alert")  # mail programs send it; its address is signed
    for step in ("check", "confirm"):  # a Widerruf never fails for want of a cookie (L17)
        csrf.exempt(f"kmz.booking.leaving.withdrawal_views.{step}_withdrawal")
    init_limits(app)
    init_error_pages(app)
    init_access(app)
    init_site(app)
    init_formats(app)
    init_paging(app)
    init_static_files(app)
    init_conditional(app)
    init_marks(app)  # the macros use its filter
    init_components(app)
    init_kept(app)


def _init_domains(app: Flask) -> None:
    from kmz.accounts.gate import init_logins
    from kmz.booking.cart.badge import init_cart_badge
    from kmz.booking.checkout.adoption import init_visit_adoption
    from kmz.booking.guests.adoption import init_guest_adoption
    from kmz.catalog.search import init_search
    from kmz.catalog.watchlist_badge import init_watchlist_badge
    from kmz.mail.delivery import init_mail

    init_mail(app)
    init_logins(app)
    init_search(app)
    init_watchlist_badge(app)
    init_cart_badge(app)
    init_visit_adoption(app)
    init_guest_adoption()


def _flask_settings(config: Config) -> dict[str, Any]:
    from kmz.engine import engine_options

    host = "__Host-" if config.is_https else ""
    return {
        "KMZ": config,
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.secret_key_fallbacks),
        "TESTING": config.mode == "test",
        "PROPAGATE_EXCEPTIONS": False,
        "TRUSTED_HOSTS": [config.public_host, "127.0.0.1", "localhost", "[::1]"],
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        # The session holds the CSRF token and short notices, nothing personal; the login is another
        # cookie whose token the database knows (kmz.accounts.current).
        "SESSION_COOKIE_NAME": f"{host}kmz",
        "SESSION_COOKIE_SECURE": config.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_I18N_ENABLED": False,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config),
        "ALEMBIC": {"script_location": str(PACKAGE / "migrations"), "path_separator": "os"},
        "ALEMBIC_CONTEXT": {"render_as_batch": True, "compare_server_default": False},
    }
