"""From the bytes of an XML file to UTF-8, whatever its declaration claims.

Kufer writes Windows-1252; files that were opened and saved again are UTF-8 and often still declare
the old encoding, or the other way round. What the bytes are counts, not what is said of them.
"""

import codecs
import re
from collections.abc import Iterator

_CHUNK = 1 << 18
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_WIDE = {
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}  # fmt: skip
_STRANGER = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a byte
_SINGLE_BYTE = re.compile(r"iso8859-|cp\d|mac-|koi8")
# Declared, but never meant where the bytes are no UTF-8: Windows writes its own code page then.
_MEANS_WINDOWS = {"utf-8", "iso8859-1", "cp1252"}


def utf8_chunks(data: bytes) -> Iterator[bytes]:
    """The file in UTF-8, piece by piece; bytes that mean nothing become U+FFFD."""
    encoding, errors = _encoding_of(data)
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for start in range(0, len(data), _CHUNK):
        yield _utf8(decoder.decode(data[start : start + _CHUNK]))
    yield _utf8(decoder.decode(b"", final=True))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _encoding_of(data: bytes) -> tuple[str, str]:
    """The codec of the bytes and how it treats errors."""
    wide = _WIDE.get(data[:2])
    if wide:
        return wide, "replace"
    if _is_utf8(data):
        return "utf-8-sig", "strict"
    declared = _declared(data)
    if declared not in _MEANS_WINDOWS:
        return declared, "replace"
    # Mostly UTF-8 with a few foreign bytes: two files were glued together.
    is_mixed = declared == "utf-8" and _is_mostly_utf8(data)
    return ("utf-8-sig", _AS_WINDOWS) if is_mixed else ("cp1252", "replace")


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _declared(data: bytes) -> str:
    """The codec that the file names; UTF-8 where it names none, Windows' own for nonsense."""
    match = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8)[:300])
    try:
        name = codecs.lookup(match[1].decode("ascii")).name if match else "utf-8"
    except LookupError:
        name = ""
    return name if name == "utf-8" or _SINGLE_BYTE.match(name) else "cp1252"


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether there are more letters beyond ASCII in right UTF-8 than bytes that are none."""
    letters = strangers = 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for start in range(0, len(data), _CHUNK):
        text = decoder.decode(data[start : start + _CHUNK])
        if not text.isascii():
            strangers += len(_STRANGER.findall(text))
            letters += len(text) - len(text.encode("ascii", "ignore"))
    return letters - strangers > strangers


_AS_WINDOWS = "kmz-as-windows-1252"


def _windows_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    foreign = error.object[error.start : error.end]
    return foreign.decode("cp1252", "replace"), error.end


codecs.register_error(_AS_WINDOWS, _windows_letters)
