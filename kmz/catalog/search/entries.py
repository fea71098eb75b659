"""From a course of the database to what the search keeps of it."""

import zlib
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from kmz.catalog.light import CourseState
from kmz.catalog.search import facets, values
from kmz.catalog.search.cards import CourseCard, date_block, fee_text, place_text, when_text
from kmz.catalog.search.corpus import Area, Place, RawCourse, Shared
from kmz.catalog.search.index import Texts
from kmz.catalog.search.words import fold
from kmz.dates import WEEKDAYS
from kmz.sanitising import plain_text

_KEPT_TEXT = 4000
_FORMATS = {"onsite": "praesenz", "online": "online", "hybrid": "hybrid"}
_KINDS = {"course": "kurs", "event": "veranstaltung"}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A course as lists and filters need it.

    `offers` are pairs of a filter and a value, `labels` what those values are called where that is
    not fixed. `text` is the packed plain text for excerpts.
    """

    card: CourseCard
    state: CourseState
    offers: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, str, str], ...]
    venue_ids: tuple[int, ...]
    title_key: str
    text: bytes

    @property
    def ends_on(self) -> date | None:
        return self.state.ends_on or self.state.starts_on

    def plain_text(self) -> str:
        """The text of the course, without markup, as far as it is kept."""
        return zlib.decompress(self.text).decode()


def make_entry(raw: RawCourse, shared: Shared) -> tuple[Entry, Texts]:
    """The entry of a course, and the texts by which it is found."""
    row, areas = raw.row, shared.areas
    area = areas.get(row.program_area_id)
    top = areas.get(area.parent_id, area) if area and area.parent_id else area
    card = _card(raw, area, top)
    text = f"{plain_text(row.description_html)} {plain_text(row.notes_html)}".strip()
    offers, labels = _offers(raw, shared, [place for place in (top, area) if place])
    entry = Entry(
        card=card,
        state=raw.state,
        offers=offers,
        labels=labels,
        venue_ids=tuple(raw.parts.places),
        title_key=fold(row.title),
        text=zlib.compress(text[:_KEPT_TEXT].encode(), 1),
    )
    spoken = [_SPOKEN[pair] for pair in offers if pair in _SPOKEN]
    fields = {
        "title": f"{row.title} {row.subtitle}",
        "people": card.instructors,
        "place": _places_text(raw, card),
        "tags": " ".join(
            (*row.tags, row.level, row.target_group, card.area_line, row.search_words, *spoken)
        ),
        "text": text,
    }
    return entry, Texts(row.id, row.number, fields)


# What people type for what the filters know: "Rücken dienstags abends".
_SPOKEN = {
    (facets.WEEKDAY, code): f"{name} {name}s"
    for code, name in zip(facets.WEEKDAYS, WEEKDAYS, strict=True)
} | {
    (facets.WEEKDAY, "sa"): "Samstag samstags Wochenende",
    (facets.WEEKDAY, "so"): "Sonntag sonntags Wochenende",
    (facets.DAYTIME, "vormittags"): "Vormittag vormittags morgens",
    (facets.DAYTIME, "nachmittags"): "Nachmittag nachmittags",
    (facets.DAYTIME, "abends"): "Abend abends",
    (facets.FEE, "kostenlos"): "kostenlos gratis kostenfrei",
    (facets.FORMAT, "online"): "online Onlinekurs",
    (facets.FEATURE, "bildungsurlaub"): "Bildungsurlaub Bildungszeit",
    (facets.FEATURE, "stufenlos"): "barrierefrei stufenlos",
}


def _card(raw: RawCourse, area: Area | None, top: Area | None) -> CourseCard:
    row, parts = raw.row, raw.parts
    names = [place.name for place in (top, area) if place] if area is not top else []
    day, month = date_block(raw.state.starts_on)
    slots = _slots(parts.times)
    times = {time for _, time in slots}
    if len(parts.times) < len(parts.days):
        times.add("")
    place = next(iter(parts.places.values()), None)
    reduced = row.reduced_fee_cents
    return CourseCard(
        id=row.id,
        slug=row.slug,
        number=row.number,
        title=row.title,
        subtitle=row.subtitle,
        area_number=top.code if top else "",
        area_line=" · ".join(names) or (top.name if top else ""),
        day_number=day,
        month=month,
        starts_on=raw.state.starts_on,
        when=when_text(parts.days, times),
        place=place_text(place.venue if place else "", place.room if place else "", row.format),
        instructors=", ".join(name for _, name in parts.people),
        fee=fee_text(raw.state.fee_cents),
        reduced_fee=f"ermäßigt {fee_text(reduced)}" if reduced is not None else "",
        slots=slots,
    )


def _slots(times: list[tuple[int, time, time | None]]) -> tuple[tuple[int, str], ...]:
    """ "18:30–20:00" by weekday, each once."""
    ordered = sorted(set(times), key=lambda slot: slot[:2])
    return tuple(
        (weekday, f"{start:%H:%M}–{end:%H:%M}" if end and end != start else f"{start:%H:%M}")
        for weekday, start, end in ordered
    )


def _places_text(raw: RawCourse, card: CourseCard) -> str:
    words = [card.place, raw.row.district]
    for place in raw.parts.places.values():
        words += [place.venue, place.city, place.postal_code]
    return " ".join(dict.fromkeys(words))


def _offers(
    raw: RawCourse, shared: Shared, areas: list[Area]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]:
    """Every value of every filter that the course has, and labels of values by filter."""
    row, state, parts = raw.row, raw.state, raw.parts
    offers = [(facets.AREA, area.slug) for area in areas]
    offers += [(facets.WEEKDAY, day) for day in values.weekdays(parts.days)]
    hours = [start.hour for _, start, _ in parts.times]
    offers += [(facets.DAYTIME, time) for time in values.daytimes(hours)]
    offers += [(facets.FEE, band) for band in values.fees(state.fee_cents)]
    offers += [(facets.LEVEL, level) for level in values.levels(row.level)]
    offers += [(facets.FORMAT, _FORMATS[row.format]), (facets.KIND, _KINDS[row.kind])]
    offers += [(facets.FEATURE, name) for name, has in _features(raw).items() if has]
    labels = _labelled(raw, shared)
    offers += [(name, value) for name, value, _ in labels]
    return tuple(map(intern_pair, dict.fromkeys(offers))), tuple(labels)


@cache
def intern_pair(pair: tuple[str, str]) -> tuple[str, str]:
    """The same pair for all courses: thousands share a few hundred."""
    return pair


def _labelled(raw: RawCourse, shared: Shared) -> list[tuple[str, str, str]]:
    row, parts = raw.row, raw.parts
    labels = [(facets.VENUE, str(place.venue_id), place.venue) for place in parts.places.values()]
    towns = {values.town(row.district, place.city) for place in parts.places.values()}
    labels += [(facets.PLACE, *town) for town in sorted(filter(None, towns))]
    labels += [(facets.INSTRUCTOR, str(person_id), name) for person_id, name in parts.people]
    group = values.target_group(row.target_group)
    labels += [(facets.TARGET_GROUP, *group)] if group else []
    semester = shared.semesters.get(row.semester_id)
    labels += [(facets.SEMESTER, *semester)] if semester else []
    return labels


def _features(raw: RawCourse) -> dict[str, bool]:
    row = raw.row
    places: list[Place] = list(raw.parts.places.values())
    return {
        "garantiert": row.guaranteed,
        "stufenlos": bool(places) and all(place.accessible for place in places),
        "bildungsurlaub": row.educational_leave,
        "ermaessigt": row.concession_allowed or row.reduced_fee_cents is not None,
        "kleingruppe": row.small_group,
    }
