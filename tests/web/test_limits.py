"""Views with a limit count per address; those without are never refused."""

import pytest
from flask import Flask


@pytest.fixture
def settings() -> dict[str, str]:
    return {"KMZ_LIMIT_SEARCH": "3 per minute"}


def test_a_limit_counts_every_request_once_and_only_where_it_stands(app: Flask) -> None:
    client = app.test_client()
    codes = [client.get("/kurse").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert client.get("/").status_code == 200
    other = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/kurse", environ_base=other).status_code == 200


@pytest.mark.parametrize("address", ["/kurse/vorschlaege?q=yo", "/kurse/suche"])
def test_whoever_asks_the_search_is_counted(app: Flask, address: str) -> None:
    client = app.test_client()
    assert [client.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
