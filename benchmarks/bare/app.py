"""A bare app that renders what it read at its start; no database, no login, no form protection."""

import json
import os
from pathlib import Path

from flask import Flask, render_template


def make_app() -> Flask:
    """The pages of the file that `KMZ_BARE_PAGES` names."""
    pages = json.loads(Path(os.environ["KMZ_BARE_PAGES"]).read_text(encoding="utf-8"))
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.get("/<name>")
    def show_page(name: str) -> str:
        return render_template(f"{name}.html", **pages[name])

    return app
