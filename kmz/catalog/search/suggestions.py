"""What to look for, while somebody types."""

from kmz.catalog.search import facets
from kmz.catalog.search.answer import in_order, select
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.matches import Matches
from kmz.catalog.search.results import Suggestion
from kmz.catalog.search.snapshot import Snapshot
from kmz.catalog.search.words import fold

_WORDS, _COURSES, _OTHERS = 3, 4, 2
_KINDS = ((facets.AREA, "area"), (facets.INSTRUCTOR, "instructor"), (facets.VENUE, "venue"))


def suggest(
    snapshot: Snapshot, openings: int, matches: Matches | None, text: str
) -> list[Suggestion]:
    """Words, areas, people, places and courses that fit what was typed so far, in this order."""
    if matches is None:
        return []
    typed = text.rsplit(maxsplit=1)[-1]
    ahead = text[: len(text.rstrip()) - len(typed)]
    words = snapshot.asker.vocabulary.beginning_with(typed, _WORDS)
    found = [Suggestion("word", f"{ahead}{word}", f"{ahead}{word}") for word in words]
    for name, kind in _KINDS:
        found += _named(snapshot, name, kind, fold(text.strip()))
    criteria = Criteria(words=text, sort="relevanz")
    selection = select(snapshot, openings, matches, criteria)
    order = in_order(selection, selection.found, "relevanz")
    for _, position in zip(range(_COURSES), order, strict=False):
        card = snapshot.entries[position].card
        hint = " · ".join(filter(None, (card.number, card.when)))
        found.append(Suggestion("course", card.title, card.slug, hint))
    return found


def _named(snapshot: Snapshot, name: str, kind: str, start: str) -> list[Suggestion]:
    """Areas, people or places one of whose words begins so."""
    found = []
    for value in snapshot.options[name]:
        label = snapshot.labels[name, value]
        folded = fold(label)
        if folded.startswith(start) or f" {start}" in folded:
            found.append(Suggestion(kind, label, value))
            if len(found) == _OTHERS:
                break
    return found
