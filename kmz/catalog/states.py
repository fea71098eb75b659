"""The state of courses at this moment, as this house counts."""

from datetime import datetime

from flask import current_app

from kmz import clock
from kmz.catalog.rules import Availability, CourseLike, availability


def state_now(course: CourseLike, *, now: datetime | None = None) -> Availability:
    """The state of a published course; for many courses, ask the clock once and hand over `now`."""
    config = current_app.config["KMZ"]
    return availability(
        course,
        now=now or clock.now(),
        few_percent=config.few_percent,
        waitlist_max=config.waitlist_max,
    )
