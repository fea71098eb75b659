"""The macros that several pages share as Jinja globals: a block rendered alone sees no imports."""

from flask import Flask

FILES = (
    "components/icons",
    "components/forms",
    "components/page",
    "components/course",
    "components/lists",
    "components/pager",
    "components/booking",
    "components/school",
    "catalog/_heart",
    "catalog/_waiting",
    "catalog/_course_row",
    "alerts/_subscribe",
    "catalog/admin/_course_state",
)


def init_components(app: Flask) -> None:
    """Offer every macro of these files to all templates, under its own name."""
    for name in FILES:
        module = app.jinja_env.get_template(f"{name}.html").module
        for macro, function in vars(module).items():
            if not macro.startswith("_"):
                app.jinja_env.globals[macro] = function
