"""What somebody looks for."""

from dataclasses import dataclass, field

SORTS = {"beginn": "Beginn", "titel": "Titel", "relevanz": "Relevanz"}
PAGE_SIZE = 25
MAX_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Criteria:
    """Words, slugs of Programmbereiche or Fachgebiete (any of them), order and page (from 1)."""

    words: str = ""
    areas: frozenset[str] = field(default_factory=frozenset)
    include_past: bool = False
    sort: str = "beginn"
    page: int = 1
