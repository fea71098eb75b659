"""What search engines read of a course: schema.org, and never a way out of its element."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kmz import clock
from kmz.catalog.models import Course
from kmz.db import transaction
from tests.catalog.test_show_course import change, place_and_teacher
from tests.factories import make_course
from tests.page import Browser

_SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_TEXT, _NUMBER, _YES_NO = (str,), (int, float), (bool,)
_URL, _MOMENT = "url", "moment"
# Of schema.org: the properties of each type that we use, and what each of them may hold.
_COMMON = {"name": _TEXT, "url": _URL, "@id": _URL}
SCHEMA: dict[str, dict[str, Any]] = {
    "Course": _COMMON
    | {
        "alternateName": _TEXT,
        "description": _TEXT,
        "courseCode": _TEXT,
        "inLanguage": _TEXT,
        "provider": ("Organization",),
        "about": _TEXT,
        "educationalLevel": _TEXT,
        "coursePrerequisites": _TEXT,
        "audience": ("Audience",),
        "typicalAgeRange": _TEXT,
        "keywords": _TEXT,
        "offers": ("Offer",),
        "hasCourseInstance": ("CourseInstance",),
    },
    "Event": _COMMON
    | {
        "startDate": _MOMENT,
        "endDate": _MOMENT,
        "eventStatus": _URL,
        "eventAttendanceMode": _URL,
        "location": ("Place", "VirtualLocation"),
        "organizer": ("Organization",),
        "maximumAttendeeCapacity": _NUMBER,
        "remainingAttendeeCapacity": _NUMBER,
        "isAccessibleForFree": _YES_NO,
        "subEvent": ("Event",),
    },
    "Offer": {
        "category": _TEXT,
        "price": _TEXT,
        "priceCurrency": _TEXT,
        "availability": _URL,
        "url": _URL,
        "validFrom": _MOMENT,
        "availabilityEnds": _MOMENT,
    },
    "Organization": _COMMON,
    "Person": _COMMON,
    "Audience": {"audienceType": _TEXT},
    "Place": _COMMON | {"address": ("PostalAddress",), "geo": ("GeoCoordinates",)},
    "VirtualLocation": _COMMON,
    "PostalAddress": {
        "streetAddress": _TEXT,
        "postalCode": _TEXT,
        "addressLocality": _TEXT,
        "addressCountry": _TEXT,
    },
    "GeoCoordinates": {"latitude": _NUMBER, "longitude": _NUMBER},
}
SCHEMA["CourseInstance"] = SCHEMA["Event"] | {
    "courseMode": _TEXT,
    "courseWorkload": _TEXT,
    "instructor": ("Person",),
}
# What the search engines ask for besides.
NEEDED = {
    "Course": {"name", "description", "provider", "hasCourseInstance", "url"},
    "CourseInstance": {"courseMode", "eventStatus"},
    "Event": {"name", "startDate", "endDate"},
    "Offer": {"category", "price", "priceCurrency", "availability"},
}
STATUSES = {"EventScheduled", "EventCancelled"}
OFFERED = {
    *("Discontinued", "PreOrder", "OutOfStock", "InStoreOnly", "InStock", "SoldOut"),
    "LimitedAvailability",
}


def assert_valid(node: dict[str, Any]) -> None:
    kind = node["@type"]
    assert NEEDED.get(kind, set()) <= set(node), kind
    for name, value in node.items():
        if name in {"@type", "@context"}:
            continue
        allowed = SCHEMA[kind][name]
        for item in value if isinstance(value, list) else [value]:
            assert_fits(f"{kind}.{name}", item, allowed)


def assert_fits(where: str, item: Any, allowed: Any) -> None:
    assert item not in ("", None, [], {}), where
    if allowed == _URL:
        assert re.fullmatch(r"https?://\S+", item), where
    elif allowed == _MOMENT:
        assert is_moment(item), where
    elif isinstance(item, dict):
        assert item["@type"] in allowed, where
        assert_valid(item)
    else:
        assert isinstance(item, allowed), where


def is_moment(text: str) -> bool:
    """A day, or a moment with its offset."""
    if len(text) == len("2027-02-01"):
        return bool(date.fromisoformat(text))
    return datetime.fromisoformat(text).tzinfo is not None


def data_of(browser: Browser, slug: str) -> dict[str, Any]:
    [text] = _SCRIPT.findall(browser.open(f"/kurs/{slug}").html)
    data: dict[str, Any] = json.loads(text)
    assert data["@context"] == "https://schema.org"
    assert_valid(data)
    offer = data.get("offers", {"availability": "https://schema.org/InStock"})
    assert offer["availability"].removeprefix("https://schema.org/") in OFFERED
    status = data["hasCourseInstance"]["eventStatus"]
    assert status.removeprefix("https://schema.org/") in STATUSES
    return data


def test_a_course_is_told_with_times_place_people_and_offer(browser_: Browser) -> None:
    course = make_course(
        number="271-2",
        title="Italienisch",
        area_code="4.09",
        sessions=3,
        starts_on=date(2030, 3, 26),
        teaching_units=6,
        fee_cents=9850,
        level="A2",
        min_age=16,
        target_group="Eltern",
        requirements="A1",
        tags=["Sprache"],
        seats_taken=4,
        booking_opens_at=clock.now() - timedelta(days=1),
        booking_closes_at=clock.now() + timedelta(days=1),
        description_html="<p>Wir <b>spielen</b>.</p>",
    )
    place_and_teacher(course)
    data = data_of(browser_, "271-2")
    instance = data.pop("hasCourseInstance")
    offer = data.pop("offers")
    assert data["@id"] == data["url"] == "http://localhost/kurs/271-2"
    assert data["description"] == "Wir spielen."
    assert data["about"] == "Sprachen · Fachgebiet 4.09"
    assert data["typicalAgeRange"] == "16-"
    assert (offer["price"], offer["priceCurrency"]) == ("98.50", "EUR")
    assert offer["availability"] == "https://schema.org/InStock"
    assert instance["courseMode"] == "Onsite"
    assert instance["courseWorkload"] == "PT270M"
    assert instance["startDate"] == "2030-03-26T18:30:00+01:00"
    assert instance["endDate"] == "2030-04-09T20:00:00+02:00"  # summer time has begun
    assert instance["instructor"] == [{"@type": "Person", "name": "Dr. Emil Beispiel"}]
    assert instance["location"]["address"]["streetAddress"] == "Hafenweg 7"
    assert instance["remainingAttendeeCapacity"] == 6
    assert [event["startDate"][:10] for event in instance["subEvent"]] == [
        *("2030-03-26", "2030-04-02", "2030-04-09")
    ]


@pytest.mark.parametrize(
    ("values", "offered"),
    [
        ({"seats_taken": 9}, "LimitedAvailability"),
        ({"seats_taken": 10}, "SoldOut"),
        ({"cancelled_at": clock.now()}, "Discontinued"),
        ({"booking_opens_at": clock.now() + timedelta(days=3)}, "PreOrder"),
        ({"booking_channel": "office"}, "InStoreOnly"),
        ({"fee_cents": 0, "format": "online"}, "InStock"),
    ],
)
def test_every_state_is_an_offer_that_engines_know(
    browser_: Browser, values: dict[str, object], offered: str
) -> None:
    make_course(number="271-2", **values)
    data = data_of(browser_, "271-2")
    assert data["offers"]["availability"] == f"https://schema.org/{offered}"
    cancelled = data["hasCourseInstance"]["eventStatus"].endswith("EventCancelled")
    assert cancelled is ("cancelled_at" in values)


def test_a_course_about_which_little_is_known_is_told_too(browser_: Browser) -> None:
    change(
        make_course(number="271-2", sessions=0, fee_cents=None, max_participants=0),
        starts_on=None,
        ends_on=None,
        program_area_id=None,
    )
    data = data_of(browser_, "271-2")
    assert "offers" not in data
    assert "startDate" not in data["hasCourseInstance"]


def test_no_text_of_a_course_ends_the_element_it_stands_in(browser_: Browser) -> None:
    hostile = "</script><script>alert(1)</script><!-- ]]> \u2028 \" '"
    course = make_course(
        number="271-2",
        title=hostile,
        subtitle=hostile,
        requirements=hostile,
        tags=[hostile],
        target_group=hostile,
    )
    with transaction() as session:
        session.get_one(Course, course.id).description_html = "&lt;/script&gt;&lt;b&gt;"
    data = data_of(browser_, "271-2")
    assert data["name"] == hostile
    assert data["description"] == "</script><b>"
    assert "<script>alert" not in browser_.page.html
    assert "</script><!--" not in browser_.page.html
