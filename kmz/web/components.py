"""The macros of `templates/components` as Jinja globals: a block rendered alone sees no imports."""

from flask import Flask

FILES = ("icons", "forms", "page", "course", "pager", "booking")


def init_components(app: Flask) -> None:
    """Offer every public macro of the component files to all templates, under its own name."""
    for name in FILES:
        module = app.jinja_env.get_template(f"components/{name}.html").module
        for macro, function in vars(module).items():
            if not macro.startswith("_"):
                app.jinja_env.globals[macro] = function
