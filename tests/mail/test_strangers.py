"""What a receipt repeats of what a stranger typed."""

import pytest

from kmz.mail.strangers import without_links


@pytest.mark.parametrize(
    "link",
    [
        "https://boese.example/x?y=1",
        "http://127.0.0.1",
        "www.boese.example",
        "boese.example",
        "boese.example/gewinn",
        "BOESE.EXAMPLE",
        "mail@boese.example",
    ],
)
def test_a_receipt_carries_no_strangers_link(link: str) -> None:
    cleaned = without_links(f"Klicken Sie {link} sofort")
    assert cleaned == "Klicken Sie [Adresse entfernt] sofort"


@pytest.mark.parametrize(
    "text",
    [
        "Beginnt der Kurs um 18.30 Uhr, d. h. z. B. am 1.2.2027?",
        "Danke.Mit freundlichen Grüßen",
        "Kurs 271-4632, Raum 2.14",
    ],
)
def test_what_people_write_stays(text: str) -> None:
    assert without_links(text) == text
