"""Money is an integer number of cents; these two functions are the border to German text."""

import re

_AMOUNT = re.compile(r"(?P<euros>\d{1,3}(?:[.   ]\d{3})+|\d+)(?:[.,](?P<cents>\d{1,2}))?")
MAX_CENTS = 10_000_000


def parse_cents(text: str) -> int:
    """Read "45", "45,5", "1.234,50 €", "84.70" or "1 250,00" as cents; ValueError for anything
    else.
    """
    cleaned = text.strip().removesuffix("EUR").removesuffix("€").strip()
    match = _AMOUNT.fullmatch(cleaned)
    if match is None:
        raise ValueError(text)
    euros = int(re.sub(r"\D", "", match["euros"]))
    cents = euros * 100 + int((match["cents"] or "").ljust(2, "0"))
    if cents > MAX_CENTS:
        raise ValueError(text)
    return cents


def format_cents(cents: int) -> str:
    """Write cents as "1.234,50 €" with a no-break space before the sign."""
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    grouped = f"{euros:,}".replace(",", ".")
    return f"{sign}{grouped},{rest:02d}\N{NO-BREAK SPACE}€"
