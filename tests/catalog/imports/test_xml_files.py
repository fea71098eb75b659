"""XML files that are none of ours, that want to hurt, or that lie about their encoding."""

import codecs
import time
import tracemalloc
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from kmz.catalog.imports import kufer, openvhs
from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.xml_records import TEXT, read_xml

_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE kurse [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 110))
    + b"]><kurse><kurs><knr>&m;</knr></kurs></kurse>"
)
_EXTERNAL = (
    b'<!DOCTYPE kurse [<!ENTITY x SYSTEM "file:///etc/passwd">]><kurse><kurs>&x;</kurs></kurse>'
)
_PARAMETER = b'<!DOCTYPE kurse [<!ENTITY % x SYSTEM "http://example.org/x.dtd"> %x;]><kurse/>'
_NAMED_DTD = b'<!DOCTYPE kurse SYSTEM "kurse.dtd"><kurse/>'


def courses(content: bytes) -> bytes:
    return b"<kurse><kurs>" + content + b"</kurs></kurse>"


def read_all(data: bytes) -> list[Any]:
    return list(kufer.read_records(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "leer"),
        (b" \r\n\t", "leer"),
        (_LAUGHS, "Entitäten"),
        (_EXTERNAL, "Entitäten"),
        (_PARAMETER, "Entitäten"),
        (_NAMED_DTD, "Entitäten"),
        (b"<kurse><kurs><knr>&unbekannt;</knr></kurs></kurse>", "Zeile 1, Spalte"),
        (b'<?php system("ls") ?><kurse/>', "Anweisung"),
        (courses(b"<?xsl x?>"), "Anweisung"),
        (courses(b"<knr>1\x00</knr>"), "Zeile 1, Spalte"),
        (courses(b"<knr>&#0;</knr>"), "Zeile 1, Spalte"),
        (courses(b"\n<knr>1</titel>"), "Zeile 2, Spalte"),
        (b"<veranstaltungen/>", "veranstaltungen.*kurse"),
        (b'{"veranstaltungen": {}}', "Zeile 1, Spalte 1"),
        (b"PK\x03\x04", "Zeile 1, Spalte"),
        (b"<kurse/><kurse/>", "Zeile 1, Spalte"),
        (b"<a>" * 100_000, "Format"),
        (b"<kurse>" + b"<a>" * 100_000, "verschachtelt"),
        (courses(b"<inhalt>" + b"<b>" * 100_000), "verschachtelt"),
        (courses(b"<inhalt>" + b"x" * 5_000_000 + b"</inhalt>"), "großen Eintrag"),
        (courses(b"<termine>" + b"<termin/>" * 100_000 + b"</termine>"), "großen Eintrag"),
        (courses(b'<knr a="' + b"x" * 30_000_000 + b'"/>'), "ohne Ende"),
        (b"<kurse " + b"".join(b'a%d="" ' % n for n in range(2_000_000)) + b"/>", "ohne Ende"),
        (b"<!--" + b"x" * 30_000_000 + b"--><kurse/>", "ohne Ende"),
        (b"<" + b"k" * 30_000_000 + b">", "ohne Ende"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else value,
)
def test_a_hostile_or_foreign_file_is_refused_quickly_and_small(data: bytes, reason: str) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(UnreadableFileError, match=reason) as refused:
            read_all(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert str(refused.value).endswith(".")
    assert time.perf_counter() - began < 10
    assert peak < 40_000_000


def test_a_truncated_file_is_refused_as_a_whole() -> None:
    data = courses(b"<knr>1</knr><haupttitel>Yoga</haupttitel><inhalt>x &amp; y</inhalt>")
    for length in range(1, len(data)):
        with pytest.raises(UnreadableFileError):
            read_all(data[:length])


def test_the_stylesheet_that_kufer_names_is_no_harm_and_never_read() -> None:
    data = b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="k.xsl"?><kurse/>'
    assert read_all(data) == []


@pytest.mark.parametrize(
    ("declared", "encode"),
    [
        (b' encoding="windows-1252"', lambda text: text.encode("cp1252")),
        (b' encoding="windows-1252"', lambda text: text.encode()),
        (b' encoding="ISO-8859-1"', lambda text: text.encode("cp1252")),
        (b' encoding="UTF-8"', lambda text: text.encode()),
        (b' encoding="UTF-8"', lambda text: text.encode("cp1252")),
        (b' encoding="hex"', lambda text: text.encode("cp1252")),
        (b' encoding="no-such"', lambda text: text.encode("cp1252")),
        (b' encoding="UTF-16"', lambda text: text.encode("cp1252")),
        (b"", lambda text: text.encode("cp1252")),
        (b"", lambda text: codecs.BOM_UTF8 + text.encode()),
        (b"", lambda text: text.encode("utf-16")),
        (b"", lambda text: text.encode("utf-16-le")),
    ],
)  # fmt: skip
def test_the_bytes_tell_the_encoding_whatever_is_declared(
    declared: bytes, encode: Callable[[str], bytes]
) -> None:
    title = "Gemütliche „Küche“ – für 5 €, Spaß“"
    text = f"<kurse><kurs><haupttitel>{title}</haupttitel></kurs></kurse>"
    head = '<?xml version="1.0"' + declared.decode() + "?>"
    (record,) = read_all(encode(head + text))
    assert record["haupttitel"] == title


def test_a_few_foreign_bytes_in_a_file_of_utf8_are_read_as_windows_letters() -> None:
    inhalt = "Öl, Käse, Brötchen, Süßes".encode() + " und Müsli".encode("cp1252")
    (record,) = read_all(courses(b"<inhalt>" + inhalt + b"</inhalt>"))
    assert record["inhalt"] == "Öl, Käse, Brötchen, Süßes und Müsli"


def test_another_code_page_that_is_declared_is_believed() -> None:
    data = '<?xml version="1.0" encoding="ISO-8859-15"?><kurse><kurs><knr>€ü</knr></kurs></kurse>'
    assert read_all(data.encode("iso-8859-15"))[0]["knr"] == "€ü"


def test_only_tags_of_the_schema_are_kept_and_markup_within_them_stays_markup() -> None:
    schema = {"a": TEXT, "b": {"c": ("v",)}}
    data = (
        b'<x:R xmlns:x="urn:x"><other><a>no</a></other><e><A>1<i y="z">2</i></A><q><a>no</a></q>'
        b'<b><c v="9" w="8">7</c><c>6</c></b>tail</e></x:R>'
    )
    (record,) = read_xml(data, root="r", entry="e", schema=schema)
    assert record == {"a": "1<i>2</i>", "b": {"c": [{"@v": "9", "#text": "7"}, "6"]}}


def test_a_large_file_passes_through_a_small_memory() -> None:
    one = b"<kurs><knr>1</knr><inhalt>" + b"x" * 2000 + b"</inhalt><geheim>y</geheim></kurs>"
    data = b"<kurse>" + one * 20_000 + b"</kurse>"

    def count(records: Iterable[object]) -> int:
        return sum(1 for _ in records)

    tracemalloc.start()
    try:
        assert count(kufer.read_records(data)) == 20_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_open_vhs_has_its_own_root() -> None:
    with pytest.raises(UnreadableFileError, match=r"kurse.*veranstaltungen"):
        list(openvhs.read_records(b"<kurse/>"))
