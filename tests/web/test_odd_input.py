"""Odd input is answered with a page: never a failure, never live markup (P8, V1, V2)."""

import re
from io import BytesIO
from itertools import product
from urllib.parse import quote

import pytest

from tests.page import Browser, Page
from tests.steps import send, token_of
from tests.web.conftest import World, everything

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "<div hx-get='/logout' hx-trigger='load'>",
    "javascript:alert(1)",
)
ODD = (
    *MARKUP,
    "",
    " ",
    "0",
    "-1",
    "9" * 30,
    str(2**63),
    "1e309",
    "NaN",
    "x" * 10_000,
    "\x00",
    "a\x00b",
    "a\r\nX-Kopf: 1",
    "\u202eabc\u2066",
    "👩‍👩‍👧‍👦",
    "ẞßſİıﬀ",
    "u\u0308" * 50,
    "\ud7ff\ue000\uffff",
    "李小龍",
    "' OR '1'='1",
    "'; DROP TABLE course; --",
    "1 UNION SELECT null",
    "%' ESCAPE '",
    "{{7*19131}}",
    "${7*19131}",
    "{% raw %}",
    "#{7*7}",
    "../../etc/passwd",
    "..%2f..%2fetc",
    "%00",
    "%2527",
    "title:x AND (",
    '"',
    "*",
    "\\",
    "title:[a TO",
)
ARGUMENTS = (
    "q",
    "bereich",
    "sortierung",
    "alle",
    "seite",
    "weiter",
    "kurs",
    "status",
    "ab",
    "suche",
    "stand",
    "alter",
    "fassung",
    "knr",
    "nummer",
    "nach",
    "anzahl",
    "geaendert_seit",
    "vertrag",
)


def assert_harmless(page: Page, typed: str, where: object) -> None:
    assert page.status < 500, (where, typed[:40])
    if typed in MARKUP[:5]:
        assert typed not in page.html, where
        assert not re.search(r"<(script>|img src=x|svg/onload|div hx-get)", page.html), where
    if typed in {"{{7*19131}}", "${7*19131}"}:
        assert "133917" not in page.html, where


def people(world: World) -> dict[str, Browser]:
    return {"/verwaltung": world.as_staff(), "": world.as_customer()}


def browser_for(address: str, browsers: dict[str, Browser]) -> Browser:
    return browsers["/verwaltung" if address.startswith("/verwaltung") else ""]


def test_every_page_takes_every_argument(world: World) -> None:
    browsers = people(world)
    for address, odd in product(world.addresses("GET"), ODD):
        answer = browser_for(address, browsers).client.get(
            address, query_string=dict.fromkeys(ARGUMENTS, odd)
        )
        assert_harmless(Page(answer), odd, address)


def test_every_address_takes_every_odd_part(world: World) -> None:
    browsers = people(world)
    for method in ("GET", "POST"):
        for rule in world.rules(method):
            if not rule.arguments:
                continue
            for odd in ODD:
                address = re.sub(r"<[^>]+>", lambda _, part=odd: _quoted(part), rule.rule)
                browser = browser_for(address, browsers)
                if method == "GET":
                    assert_harmless(Page(browser.client.get(address)), odd, rule.rule)
                else:
                    answer = browser.client.post(address)
                    assert answer.status_code < 500, (rule.rule, odd)


def _quoted(part: str) -> str:
    return quote(part[:3000], safe="%")


FORMS = (
    "/login",
    "/passwort-vergessen",
    "/kein-zugriff",
    "/konto/profil",
    "/konto/bankverbindungen",
    "/konto/passwort",
    "/verwaltung/login",
    "/verwaltung/kurse/neu",
    "/verwaltung/wiederherstellung/1",
    "/verwaltung/kunden/1/wiederherstellung/adresse",
    "/verwaltung/texte/terms",
)


def form_of(browser: Browser, address: str) -> list[tuple[str, set[str]]]:
    """The forms of a page that write: their addresses and the names of their fields."""
    page = browser.open(address)
    return [
        (form.action or page.path, form.names - {"csrf_token", ""})
        for form in page.forms
        if form.method.lower() == "post"
    ]


@pytest.mark.parametrize("start", FORMS)
def test_every_field_of_the_main_forms_takes_everything(world: World, start: str) -> None:
    browser = world.as_staff() if start.startswith("/verwaltung/") else world.as_customer()
    if start in {"/login", "/passwort-vergessen", "/kein-zugriff", "/verwaltung/login"}:
        browser = world.visitor()
    forms = [(a, n) for a, n in form_of(browser, start) if n and "logout" not in a]
    for (address, names), odd in product(forms, ODD):
        browser.open(start)
        assert_harmless(send(browser, address, **dict.fromkeys(names, odd)), odd, address)


def test_the_booking_form_takes_everything(world: World) -> None:
    browser = world.as_customer()
    browser.open(f"/buchen?kurs={world.course.slug}")
    start = browser.submit("Anmeldeformular öffnen").path
    (names,) = [names for _, names in form_of(browser, start) if "mandate" in names]
    for odd in ODD:
        browser.open(start)
        page = send(browser, start, **dict.fromkeys(names, odd))
        assert_harmless(page, odd, start)


def test_doubled_and_missing_fields_are_no_accident(world: World) -> None:
    browser = world.as_customer()
    before = everything()["customer_profile"]
    browser.open("/konto/profil")
    assert send(browser, "/konto/profil").status == 422
    assert send(browser, "/konto/profil", street=["a", "b"], city=["", ""]).status == 422
    many = {f"feld{number}": "x" for number in range(1500)}
    assert send(browser, "/konto/profil", **many).status in {400, 413, 422}
    headers = {"X-CSRFToken": token_of(browser.page)}
    for body in ({"street": {"a": [1]}}, {"street": 7}, [], "x", None):
        answer = browser.client.post("/konto/profil", json=body, headers=headers)
        assert answer.status_code == 422, body
    files = {"street": (BytesIO(b"x"), "strasse.txt")}
    assert send(browser, "/konto/profil", **files).status == 422
    assert everything()["customer_profile"] == before


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_names_stays_text_for_the_office(world: World, markup: str) -> None:
    customer, staff = world.as_customer(), world.as_staff()
    customer.open(f"/buchen?kurs={world.course.slug}")
    customer.submit("Anmeldeformular öffnen")
    customer.submit(
        "Weiter zur Zusammenfassung",
        of_age="y",
        mandate="y",
        remark=markup,
        participants_0_who="other",
        participants_0_first_name=markup,
        participants_0_last_name="X",
    )
    customer.submit("Zahlungspflichtig buchen", terms_accepted="y")
    assert customer.page.headings == ["Vielen Dank"]
    pages = [customer.page, customer.open("/konto/anmeldungen"), staff.open("/verwaltung")]
    listed = staff.open("/verwaltung/anmeldungen")
    pages += [listed, staff.open("/verwaltung/anmeldungen?status=&suche=X")]
    pages += [staff.open(a) for _, a in listed.links if "/verwaltung/anmeldungen/" in a]
    for page in pages:
        assert page.status == 200
        assert_harmless(page, markup, page.path)
    assert any(markup in page.text for page in pages)


def test_the_typed_comes_back_escaped_and_whole(world: World) -> None:
    visitor = world.visitor()
    for odd in MARKUP:
        page = visitor.client.get("/kurse", query_string={"q": odd})
        found = Page(page)
        assert_harmless(found, odd, "/kurse")
        assert odd in found.text
