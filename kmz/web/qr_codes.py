"""QR codes that a page shows beside the same words as text."""

import segno


def qr_image(text: str) -> str:
    """A QR code as address of an image (data:), so that no second request has to carry it; it has
    no size of its own.

    Black on white with a white rim of four modules, so that it is readable on dark pages too.
    Byte mode in UTF-8 with error correction M, as EPC069-12 demands it of the GiroCode.
    """
    code = segno.make(text, error="m", boost_error=False, encoding="utf-8", micro=False)
    return code.svg_data_uri(border=4, light="#fff", dark="#000", omitsize=True)
