"""Claims over everything at once: marks, forms, templates, file lengths, words."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from kmz import create_app
from kmz.web.access import access_of, is_staff_address
from tests.conftest import make_config

ROOT = Path(__file__).parent.parent
MAX_LINES = 300


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app that is never asked for data."""
    folder = tmp_path_factory.mktemp("plain")
    return create_app(make_config(f"sqlite:///{folder}/none.db", folder))


def own_files(*patterns: str) -> list[Path]:
    found = [
        path for folder in ("kmz", "tests", "benchmarks") for path in (ROOT / folder).rglob("*")
    ]
    return [
        path
        for path in found
        if any(path.match(pattern) for pattern in patterns)
        and "vendor" not in path.parts
        and "migrations" not in path.parts
    ]


def test_no_file_is_longer_than_300_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in own_files("*.py", "*.html", "*.css", "*.js")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_every_view_says_who_may_call_it(plain_app: Flask) -> None:
    views = plain_app.view_functions
    assert [name for name, view in views.items() if access_of(view) is None] == []


def test_what_lies_below_verwaltung_is_for_staff_only(plain_app: Flask) -> None:
    wrong = []
    for rule in plain_app.url_map.iter_rules():
        access = access_of(plain_app.view_functions[rule.endpoint])
        is_login = rule.rule.startswith("/verwaltung/login")
        if is_staff_address(rule.rule) and not is_login:
            wrong += [rule.rule] if access is None or access.kind != "staff" else []
        elif access is not None and access.kind == "staff":
            wrong.append(rule.rule)
    assert wrong == []


def test_what_lies_below_konto_is_for_customers_only(plain_app: Flask) -> None:
    for rule in plain_app.url_map.iter_rules():
        if rule.rule == "/konto" or rule.rule.startswith("/konto/"):
            access = access_of(plain_app.view_functions[rule.endpoint])
            assert access is not None
            assert access.kind == "customer", rule.rule


def test_a_view_answers_reads_or_writes_never_both(plain_app: Flask) -> None:
    """Flask sends HEAD to GET views, so one function for both would write on HEAD."""
    both = [
        rule.rule
        for rule in plain_app.url_map.iter_rules()
        if rule.methods and "GET" in rule.methods and "POST" in rule.methods
    ]
    assert both == []


def template_names(app: Flask) -> list[str]:
    return [name for name in app.jinja_env.list_templates() if not name.endswith((".js", ".json"))]


def test_every_template_compiles(plain_app: Flask) -> None:
    for name in template_names(plain_app):
        assert plain_app.jinja_env.get_template(name)


def test_no_template_marks_text_as_safe_or_carries_code(plain_app: Flask) -> None:
    forbidden = re.compile(
        r"\|\s*safe\b|\bon[a-z]+=\"|\sstyle=\"|hx-on|javascript:"
        # What search engines read is data: no browser runs it.
        r"|<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">\{\{ data\|tojson \}\}</script>)"
    )
    found = [
        path.relative_to(ROOT)
        for path in own_files("*.html")
        if "mail" not in path.parts and forbidden.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert plain_app


def test_every_form_that_writes_carries_a_csrf_token() -> None:
    missing = [
        path.name
        for path in own_files("*.html")
        if path.is_relative_to(ROOT / "kmz")
        for form in re.findall(
            r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.DOTALL
        )
        if "csrf(" not in form
    ]
    assert missing == []


def test_no_block_stands_behind_a_condition(plain_app: Flask) -> None:
    """A block rendered alone skips an enclosing `if`, so a check there would protect nothing."""
    wrong = []
    for name in template_names(plain_app):
        source, _, _ = plain_app.jinja_env.loader.get_source(plain_app.jinja_env, name)  # type: ignore[union-attr]
        tree = plain_app.jinja_env.parse(source)
        wrong += [name for test in tree.find_all(nodes.If) if list(test.find_all(nodes.Block))]
    assert wrong == []


def test_the_ambiguous_word_for_accounts_and_bookings_is_not_used_in_code() -> None:
    # What a library calls the making of a passkey is not ours to choose.
    banned = re.compile(
        r"\b(?!generate_registration_options\b|verify_registration_response\b)\w*registration\w*\b",
        re.IGNORECASE,
    )
    found = {
        str(path.relative_to(ROOT))
        for path in own_files("*.py")
        if path.name != "test_architecture.py" and banned.search(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "services", "manager"}
    assert [path for path in own_files("*.py") if path.stem in empty] == []
