"""Static files by WhiteNoise under an address that changes with their content."""

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import Headers

STATIC = Path(__file__).parent.parent / "static"


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(STATIC).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def init_static_files(app: Flask) -> None:
    """Serve `kmz/static` below `/static/<digest of all files>/`, cached for ever.

    One digest for all files keeps relative imports between scripts working.
    """
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    prefix = f"/static/{_digest(files)}/"
    served = WhiteNoise(
        app.wsgi_app,
        root=STATIC,
        prefix=prefix,
        allow_all_origins=False,
        add_headers_function=_headers,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
    )
    app.wsgi_app = served  # type: ignore[method-assign]
    app.extensions["kmz_static"] = [prefix + path.relative_to(STATIC).as_posix() for path in files]
    app.jinja_env.globals["static_url"] = lambda path: prefix + path
    components = [url for url in app.extensions["kmz_static"] if "/css/components/" in url]
    first = [f"{prefix}css/{name}.css" for name in ("tokens", "base", "layout")]
    last = [f"{prefix}css/{name}.css" for name in ("utilities", "print")]
    app.jinja_env.globals["stylesheets"] = [*first, *components, *last]
