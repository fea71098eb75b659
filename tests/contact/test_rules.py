"""How quick a person is."""

from datetime import timedelta

from kmz import clock
from kmz.contact.rules import MIN_FORM_AGE, is_too_quick


def test_a_person_needs_some_seconds() -> None:
    now = clock.now()
    assert is_too_quick(None, now)
    assert is_too_quick(now, now)
    assert not is_too_quick(now - MIN_FORM_AGE, now)
    assert not is_too_quick(now - timedelta(days=3), now)
