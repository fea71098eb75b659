"""Where the demo's courses happen. No such town exists."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoVenue:
    """A house; `inaccessible` rooms can only be reached by stairs or over rough ground."""

    name: str
    street: str
    postal_code: str
    city: str
    district: str
    inaccessible: tuple[str, ...] = ()


VENUES = {
    "Bildungshaus": DemoVenue(
        "Bildungshaus", "Beispielplatz 1", "12345", "Musterstadt", "Innenstadt"
    ),
    "Gesamtschule": DemoVenue(
        "Gesamtschule Nord", "Schulstraße 25", "12347", "Musterstadt", "Nordstadt", ("Raum C 14",)
    ),
    "Hallenbad": DemoVenue("Hallenbad Süd", "Badweg 4", "12346", "Musterstadt", "Südstadt"),
    "Kulturspeicher": DemoVenue(
        "Kulturspeicher", "Hafenstraße 3", "12345", "Musterstadt", "Hafen", ("Dunkelkammer",)
    ),
    "Lindenhof": DemoVenue(
        "Gesundheitszentrum Lindenhof", "Lindenweg 8", "12346", "Musterstadt", "Südstadt"
    ),
    "Waldhausen": DemoVenue(
        "Altes Rathaus Waldhausen",
        "Dorfplatz 2",
        "12349",
        "Waldhausen",
        "Waldhausen",
        ("Altes Backhaus", "Streuobstwiese", "Wanderparkplatz"),
    ),
}
