"""Whatever people type is text: never syntax, never an error."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import Criteria
from tests.catalog.search.finding import find, titles
from tests.factories import make_course

OPERATORS = [
    "AND",
    "OR",
    "NOT",
    ":",
    "*",
    "(",
    ")",
    "[",
    "]",
    "^",
    "~",
    '"',
    "'",
    "\\",
    "+",
    "-",
    "<",
]


@pytest.mark.parametrize(
    "typed",
    [
        "title:Yoga", "Yoga*", '"Yoga', "(Yoga", "[Yoga TO Zen]", "Yoga^9", "Yoga~2", "+Yoga",
        "Yoga\x00", "\x00Yoga", "/Yoga/", "🧘 Yoga",
        "Yoga'; DROP TABLE course; --", "<b>Yoga</b>", "%", "_",
        "Yoga " * 2000, "x" * 10_000, "*:*", "-", "\ud800", "ﷺ" * 200, "id:1", "1" * 500,
    ],
)  # fmt: skip
def test_a_hostile_text_is_answered(app: Flask, typed: str) -> None:
    make_course(title="Yoga")
    result = find(typed)
    assert result.total in {0, 1}


@pytest.mark.parametrize("operator", ["AND", "OR", "NOT"])
def test_an_operator_is_a_word_like_others(app: Flask, operator: str) -> None:
    make_course(title="Yoga")
    make_course(title=f"Zen {operator.lower()}xx")
    assert "Yoga" not in titles(f"Yoga {operator} Zen")


@pytest.mark.parametrize("typed", ["***", "🧘", "?!", "\ud800", "„“"])
def test_a_text_without_words_finds_nothing(app: Flask, typed: str) -> None:
    make_course(title="Yoga")
    assert titles(typed) == []


def test_only_spaces_are_no_question(app: Flask) -> None:
    make_course(title="Yoga")
    assert titles("  \t ") == ["Yoga"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.one_of(
        st.text(),
        st.lists(st.one_of(st.sampled_from([*OPERATORS, "Yoga", "191-4632"]), st.text())).map(
            " ".join
        ),
    ),
    sort=st.sampled_from(["beginn", "titel", "relevanz", "<script>"]),
    page=st.integers(-5, 10**9),
    pairs=st.frozensets(
        st.tuples(
            st.one_of(st.sampled_from(["bereich", "tag", "ort"]), st.text()),
            st.one_of(st.sampled_from(["bereich-4", "di"]), st.text()),
        )
    ),
)
def test_no_text_breaks_the_search(
    app: Flask, words: str, sort: str, page: int, pairs: frozenset[tuple[str, str]]
) -> None:
    if "courses" not in app.extensions:
        app.extensions["courses"] = [
            make_course(title=title) for title in ("Yoga", "Zen AND Motor")
        ]
    criteria = Criteria(words=words, sort=sort, page=page, chosen=pairs)
    result = catalog_search().search(criteria)
    assert 0 <= len(result.cards) <= result.total <= 2
    assert 1 <= result.page <= result.page_count or not result.cards
