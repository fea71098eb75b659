"""Texts of the feed: HTML, plain text and everything between."""

import pytest

from kmz.catalog.imports.texts import feed_text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Eins.\r\nZwei.\r\n\r\nDrei.\r\n", "<p>Eins.<br>Zwei.</p><p>Drei.</p>"),
        ("Eins.<br />\r\nZwei.<br /><br />", "<p>Eins.<br>Zwei.</p>"),
        (
            "Bitte mitbringen: \r\n•\tPass \r\n•\t2 Fotos",
            "<p>Bitte mitbringen:</p><ul><li>Pass</li><li>2 Fotos</li></ul>",
        ),
        (
            "Inhalt:\r\n- Lesen\r\n- Schreiben",
            "<p>Inhalt:</p><ul><li>Lesen</li><li>Schreiben</li></ul>",
        ),
        ("- als Bildungszeit anerkannt -", "<p>- als Bildungszeit anerkannt -</p>"),
        ("Gr&amp;ouml;&amp;szlig;e M &amp;amp; L", "<p>Größe M &amp; L</p>"),
        ("Gr&ouml;&szlig;e M &amp; L", "<p>Größe M &amp; L</p>"),
        ("&amp;lt;b&amp;gt;", "<p>&lt;b&gt;</p>"),
        ("\x84Ruhe\x93 \x96 5 \x80", "<p>„Ruhe“ – 5 €</p>"),
        ("Kurs <Teil 2> a<b und mehr", "<p>Kurs &lt;Teil 2&gt; a&lt;b und mehr</p>"),
        ("<div>Eins</div><div>Zwei</div>", "<p>Eins</p><p>Zwei</p>"),
        ("<ul>\r\n<li>a\r\nb</li></ul>Ende", "<ul> <li>a b</li></ul><p>Ende</p>"),
        ("<small>klein</small>", "<p>klein</p>"),
        ("Text<script>alert(1)</script>", "<p>Text</p>"),
        ("", ""),
        (" \r\n \r\n", ""),
    ],
)
def test_a_text_becomes_clean_paragraphs_and_lists(raw: str, shown: str) -> None:
    assert feed_text(raw).html == shown


def test_unclosed_tags_lose_no_text() -> None:
    text = feed_text("<b>Achtung: eins\r\n\r\nzwei Größe < 10 & mehr <p>Ende")
    assert text.plain == "Achtung: eins\nzwei Größe < 10 & mehr\nEnde"
    assert text.html.count("<b>") == text.html.count("</b>")


def test_a_link_over_two_lines_and_one_without_quotes_stay_links() -> None:
    raw = '<a href="https://example.org/a"\r\ntarget="_blank">A</a> <a href=http://example.org/b/>B</a>'
    shown = feed_text(raw).html
    assert 'href="https://example.org/a"' in shown
    assert 'href="http://example.org/b/"' in shown
    assert "target" not in shown


@pytest.mark.parametrize(
    "raw",
    [
        'Sanft.\r\n<p style="visibility:hidden">taji qigong</p>',
        "Sanft. <span STYLE='display: none'>taji <b>qigong</b></span>",
        'Sanft.\r\n<p style="visibility:hidden">taji qigong',
    ],
)
def test_hidden_words_are_for_the_search_alone(raw: str) -> None:
    text = feed_text(raw)
    assert text.html == "<p>Sanft.</p>"
    assert text.search_words == "taji qigong"
