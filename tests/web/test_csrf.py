"""A write needs the form's token; reading writes nothing (ASVS 3.5)."""

from itertools import product

from tests.steps import token_of
from tests.web.conftest import World, everything

# The browser itself sends the first; a mail program the second, whose address is signed. A
# Widerruf is taken in from whoever declares it, also without cookies (L17).
WITHOUT_TOKEN = {
    "/csp-bericht",
    "/benachrichtigung/ende/kein-echter-link",
    "/widerruf",
    "/widerruf/bestaetigung",
}


def test_every_write_needs_the_token_of_its_own_session(world: World) -> None:
    staff, customer = world.as_staff(), world.as_customer()
    foreign = token_of(world.visitor().open("/login"))
    good = {"csrf_token": token_of(customer.open("/konto"))}
    before = everything()
    for address in world.addresses("POST"):
        if address in WITHOUT_TOKEN:
            continue
        client = (staff if address.startswith("/verwaltung") else customer).client
        for token in (None, "", foreign, "x" * 5000, "ä\x00"):
            data = {} if token is None else {"csrf_token": token}
            answer = client.post(address, data=data)
            assert (answer.status_code, token) == (400, token), address
            partial = {"HX-Request": "true", "X-CSRFToken": foreign if token else ""}
            assert client.post(address, headers=partial).status_code == 400, address
        for kind in ("text/plain", "application/json", "application/xml"):
            answer = client.post(
                address, data=f"csrf_token={good['csrf_token']}", content_type=kind
            )
            assert answer.status_code == 400, (address, kind)
        assert client.post(f"{address}?csrf_token={good['csrf_token']}").status_code == 400
    assert everything() == before


def test_reading_changes_nothing(world: World) -> None:
    staff, customer = world.as_staff(), world.as_customer()
    before = everything()
    for address, method in product(world.addresses("GET"), ("GET", "HEAD", "OPTIONS")):
        browser = staff if address.startswith("/verwaltung") else customer
        answer = browser.client.open(address, method=method)
        assert answer.status_code < 500, address
        browser.client.open(address, method=method, headers={"HX-Request": "true"})
    assert everything() == before


def test_what_takes_only_post_answers_405_to_all_else(world: World) -> None:
    readable = set(world.addresses("GET"))
    staff, customer = world.as_staff(), world.as_customer()
    before = everything()
    methods = ("GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "PURGE")
    for address, method in product(world.addresses("POST"), methods):
        if method in {"GET", "HEAD"} and address in readable:
            continue
        browser = staff if address.startswith("/verwaltung") else customer
        answer = browser.client.open(address, method=method)
        assert answer.status_code in {404, 405}, (address, answer.status_code)
    assert everything() == before


def test_a_foreign_page_cannot_write_even_with_a_token(world: World) -> None:
    customer = world.as_customer()
    data = {"csrf_token": token_of(customer.open("/konto"))}
    headers = {"Sec-Fetch-Site": "cross-site"}
    before = everything()
    for address in ("/logout", "/konto/profil"):
        assert customer.client.post(address, data=data, headers=headers).status_code == 403
    assert everything() == before


def test_a_token_dies_with_its_login(world: World) -> None:
    customer = world.as_customer()
    data = {"csrf_token": token_of(customer.open("/konto"))}
    customer.submit("LOGOUT")
    customer.open("/login")
    assert customer.client.post("/login", data=data).status_code == 400
