"""The installable app: manifest, service worker and the offline page."""

import hashlib

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kmz import log
from kmz.web.access import public
from kmz.web.limits import limiter

blueprint = Blueprint("pwa", __name__)


def _answer(body: str, media_type: str, caching: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = caching
    return response


@blueprint.get("/manifest.webmanifest")
@public
def show_manifest() -> Response:
    body = render_template("pwa/manifest.webmanifest")
    return _answer(body, "application/manifest+json; charset=utf-8", "public, max-age=3600")


@blueprint.get("/service-worker.js")
@public
def show_service_worker() -> Response:
    """The worker; its cache name changes with the files, so a new version replaces the old one."""
    assets = current_app.extensions["kmz_static"]
    name = "kmz-" + hashlib.sha256("".join(assets).encode()).hexdigest()[:12]
    needed = [url for url in assets if not url.endswith(("LICENSE", ".txt"))]
    body = render_template(
        "pwa/service-worker.js", cache_name=name, assets=needed, offline_url="/offline"
    )
    return _answer(body, "text/javascript; charset=utf-8", "no-cache")


@blueprint.get("/offline")
@public
def show_offline() -> Response:
    return _answer(render_template("pwa/offline.html"), "text/html; charset=utf-8", "no-cache")


@blueprint.get("/gesundheit")
@public
def show_health() -> Response:
    """Whether the process answers; says nothing else (ASVS 13.4.5)."""
    return _answer("ok", "text/plain; charset=utf-8", "no-store")


@blueprint.post("/csp-bericht")
@public
@limiter.limit("30 per minute")
def receive_csp_report() -> Response:
    """Browsers tell which content they refused; only the fact and the directive are logged."""
    report = request.get_json(force=True, silent=True)
    details = report.get("csp-report", {}) if isinstance(report, dict) else {}
    directive = details.get("effective-directive") if isinstance(details, dict) else None
    log.warn("csp.violated", directive=str(directive)[:60])
    return _answer("", "text/plain; charset=utf-8", "no-store")
