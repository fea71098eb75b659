"""Every list has one address, and the address says everything."""

from datetime import date

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from kmz.catalog.list_address import (
    SHOWN,
    VIEWS,
    WEEK,
    ListLinks,
    address_of,
    is_long,
    read_criteria,
    read_view,
    without,
)
from kmz.catalog.search.criteria import MAX_PAGE, RADII_KM, SORTS, Criteria
from kmz.catalog.search.facets import FACETS

HERE = "http://127.0.0.1"
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
DAYS = st.none() | st.dates()


def arguments_of(app: Flask, address: str) -> MultiDict[str, str]:
    with app.test_request_context(address, base_url=HERE) as context:
        return context.request.args


@st.composite
def typed_arguments(draw: st.DrawFn) -> MultiDict[str, str]:
    """What may stand in an address: sense and nonsense."""
    sense = {
        "q": st.text(max_size=30),
        "von": st.dates().map(str) | st.text(max_size=12),
        "bis": st.dates().map(lambda day: f"{day:%d.%m.%Y}"),
        "plz": st.from_regex(r"[0-9]{4,6}", fullmatch=True),
        "umkreis": st.sampled_from(["5", "10", "20", "50", "7", "x"]),
        "anzeige": st.sampled_from([*SHOWN, "x"]),
        "ansicht": st.sampled_from([*VIEWS, "x"]),
        "sortierung": st.sampled_from([*SORTS, "x"]),
        "seite": st.integers(-2, 2000).map(str) | st.text(max_size=5),
        **dict.fromkeys(FACETS, st.text(max_size=70)),
    }
    names = draw(st.lists(st.sampled_from(sorted(sense)), max_size=12))
    return MultiDict([(name, draw(sense[name])) for name in names])


@settings(max_examples=200, suppress_health_check=CALM)
@given(arguments=typed_arguments())
def test_reading_the_short_address_gives_the_same_list(
    app: Flask, arguments: MultiDict[str, str]
) -> None:
    criteria, view = read_criteria(arguments), read_view(arguments)
    with app.test_request_context(base_url=HERE):
        short = address_of(criteria, view)
    again = arguments_of(app, short)
    assert read_criteria(again) == criteria
    assert read_view(again) == view
    assert not is_long(again)  # what leads to it by a redirect does not lead on
    assert iri_to_uri(short) == short


@st.composite
def wishes(draw: st.DrawFn) -> Criteria:
    """What somebody may look for."""
    words = draw(st.sampled_from(["", "rücken", "a & b", "50 %", "#1?"]))
    postal_code = draw(st.sampled_from(["", "12345"]))
    pairs = st.tuples(st.sampled_from(list(FACETS)), st.sampled_from(["a", "ä b", "&=+"]))
    sorts = [name for name in SORTS if words or name != "relevanz"]
    return Criteria(
        words=words,
        chosen=draw(st.frozensets(pairs, max_size=6)),
        first_on=draw(DAYS),
        last_on=draw(DAYS),
        postal_code=postal_code,
        radius_km=draw(st.sampled_from(RADII_KM)) if postal_code else 0,
        shown=draw(st.sampled_from(list(SHOWN))),
        sort=draw(st.sampled_from(sorts)),
        page=draw(st.integers(1, MAX_PAGE)),
    )


@settings(max_examples=200, suppress_health_check=CALM)
@given(criteria=wishes(), view=st.sampled_from(list(VIEWS)))
def test_every_list_can_be_addressed(app: Flask, criteria: Criteria, view: str) -> None:
    with app.test_request_context(base_url=HERE):
        arguments = arguments_of(app, address_of(criteria, view))
    assert (read_criteria(arguments), read_view(arguments)) == (criteria, view)


def test_the_order_of_arguments_makes_no_other_address(app: Flask) -> None:
    one = Criteria(chosen=frozenset({("tag", "di"), ("tag", "mo"), ("bereich", "x")}))
    with app.test_request_context(base_url=HERE):
        assert address_of(one) == "/kurse?bereich=x&tag=di&tag=mo"
        assert address_of(Criteria()) == "/kurse"
        assert address_of(Criteria(), WEEK) == "/kurse?ansicht=woche"


def test_dates_may_be_typed_in_german() -> None:
    criteria = read_criteria(MultiDict([("von", "1.2.27"), ("bis", "2027-03-01")]))
    assert (criteria.first_on, criteria.last_on) == (date(2027, 2, 1), date(2027, 3, 1))
    assert read_criteria(MultiDict([("von", "31.2.27"), ("bis", "bald")])) == Criteria()


def test_every_part_can_be_left_out_and_the_view_stays(app: Flask) -> None:
    criteria = Criteria(
        words="yoga",
        chosen=frozenset({("tag", "di")}),
        first_on=date(2027, 2, 1),
        postal_code="12345",
        radius_km=5,
        sort="titel",
        page=3,
    )
    assert without(criteria, "q").words == ""
    assert without(criteria, "q").sort == "titel"  # a choice that still means something stays
    assert without(criteria, "von").first_on is None
    assert without(criteria, "umkreis").radius_km == 0
    assert without(criteria, "tag", "di").chosen == frozenset()
    assert without(criteria, "tag", "mo").chosen == criteria.chosen
    assert all(without(criteria, name).page == 1 for name in ("q", "von", "umkreis", "tag"))
    with app.test_request_context(base_url=HERE):
        links = ListLinks(criteria, WEEK)
        assert links.without("tag").endswith("&ansicht=woche&sortierung=titel")
        assert links.plain == "/kurse?ansicht=woche"
        assert links.wide_form.startswith("/kurse/suche?q=yoga&tag=di&")


def test_what_an_alert_keeps_has_neither_page_nor_order_nor_view(app: Flask) -> None:
    links = ListLinks(Criteria(words="yoga", sort="titel", page=3), WEEK)
    with app.test_request_context(base_url=HERE):
        assert links.query == "q=yoga"
