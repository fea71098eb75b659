"""The description of the interface for programs (OpenAPI 3.1), as data.

A test compares it with the real answers: every property they have is described, and nothing else.
"""

from typing import Any

from kmz.catalog.feeds.api_query import DEFAULT_SIZE, MAX_SIZE
from kmz.catalog.rules import CourseAvailability

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer"}
_YES_NO: Schema = {"type": "boolean"}
_URL: Schema = {"type": "string", "format": "uri"}
_DAY: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}


def _said(schema: Schema, text: str) -> Schema:
    return schema | {"description": text}


def _or_null(schema: Schema) -> Schema:
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    return schema | {"type": [schema["type"], "null"]}


def _object(**properties: Schema) -> Schema:
    """Every property is always there."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


_SUMMARY: dict[str, Schema] = {
    "slug": _said(_TEXT, "Teil der Adresse; eindeutig, ändert sich mit der Kursnummer"),
    "number": _said(_TEXT, "Kursnummer, wie sie im Programmheft steht; nicht immer eindeutig"),
    "title": _TEXT,
    "subtitle": _TEXT,
    "kind": _said(_one_of("course", "event"), "Kurs oder Veranstaltung"),
    "format": _one_of("onsite", "online", "hybrid"),
    "area": _said(_or_null(_ref("AreaName")), "Programmbereich oder Fachgebiet"),
    "semester": _said(_or_null(_TEXT), "„271“ ist das erste Semester 2027"),
    "starts_on": _or_null(_DAY),
    "ends_on": _or_null(_DAY),
    "fee_cents": _said(_or_null(_NUMBER), "ganzes Entgelt in Cent; 0 kostenlos, null auf Anfrage"),
    "reduced_fee_cents": _said(_or_null(_NUMBER), "ermäßigt, mit Nachweis"),
    "cancelled": _said(_YES_NO, "abgesagt"),
    "published_at": _or_null(_MOMENT),
    "updated_at": _or_null(_MOMENT),
    "url": _said(_URL, "Seite für Menschen"),
    "api_url": _said(_URL, "alles über diesen Kurs"),
}
_DETAILS: dict[str, Schema] = {
    "description": _said(_TEXT, "ohne Auszeichnung"),
    "description_html": _said(_TEXT, "bereinigtes HTML: Absätze, Listen, Betonung, Links"),
    "notes": _TEXT,
    "requirements": _said(_TEXT, "Voraussetzungen"),
    "material": _TEXT,
    "level": _said(_TEXT, "Sprachniveau, etwa A2"),
    "target_group": _TEXT,
    "min_age": _or_null(_NUMBER),
    "max_age": _or_null(_NUMBER),
    "tags": _list_of(_TEXT),
    "teaching_units": _said(_or_null(_NUMBER), "Unterrichtseinheiten zu 45 Minuten"),
    "fee_note": _TEXT,
    "concession_allowed": _YES_NO,
    "min_participants": _said(_NUMBER, "0: keine"),
    "max_participants": _said(_NUMBER, "0: unbekannt"),
    "guaranteed": _said(_YES_NO, "findet garantiert statt"),
    "small_group": _YES_NO,
    "educational_leave": _said(_YES_NO, "als Bildungsurlaub anerkannt"),
    "booking_channel": _one_of("online", "office"),
    "booking_opens_at": _or_null(_MOMENT),
    "booking_closes_at": _or_null(_MOMENT),
    "status": _said(_ref("Status"), "Stand in diesem Augenblick"),
    "instructors": _said(_list_of(_TEXT), "Kursleitung, nur Namen"),
    "sessions": _list_of(_ref("Session")),
    "calendar_url": _URL,
}
_SCHEMAS: dict[str, Schema] = {
    "AreaName": _object(code=_TEXT, slug=_TEXT, name=_TEXT),
    "Area": _object(
        code=_said(_TEXT, "„4“ Programmbereich, „4.06“ Fachgebiet"),
        slug=_TEXT,
        name=_TEXT,
        parent=_said(_or_null(_TEXT), "slug des Programmbereichs"),
        courses=_said(_NUMBER, "laufende und kommende Kurse, mit denen der Fachgebiete"),
        url=_URL,
        calendar_url=_URL,
        atom_url=_URL,
    ),
    "AreaList": _object(areas=_list_of(_ref("Area"))),
    "Place": _object(
        venue=_TEXT,
        room=_said(_TEXT, "leer: das ganze Haus"),
        street=_TEXT,
        postal_code=_TEXT,
        city=_TEXT,
        latitude=_or_null({"type": "number"}),
        longitude=_or_null({"type": "number"}),
        accessible=_said(_or_null(_YES_NO), "stufenlos erreichbar; null: nicht bekannt"),
    ),
    "Session": _object(
        day=_DAY,
        starts_at=_said(_or_null(_MOMENT), "null: Uhrzeit noch nicht bekannt"),
        ends_at=_or_null(_MOMENT),
        cancelled=_said(_YES_NO, "dieser Termin entfällt"),
        place=_or_null(_ref("Place")),
    ),
    "Status": _object(
        code=_one_of(*CourseAvailability),
        text=_said(_TEXT, "wie auf der Seite"),
        bookable=_said(_YES_NO, "online buchbar"),
        seats_free=_said(_or_null(_NUMBER), "null: Höchstzahl unbekannt"),
    ),
    "CourseSummary": _object(**_SUMMARY),
    "Course": _object(**_SUMMARY, **_DETAILS),
    "CourseList": _object(
        catalog_version=_said(_NUMBER, "steigt mit jeder Änderung des Programms"),
        courses=_list_of(_ref("CourseSummary")),
        next=_said(_or_null(_URL), "Adresse der folgenden Seite"),
    ),
    "Problem": {
        "type": "object",
        "properties": {
            "title": _TEXT,
            "status": _NUMBER,
            "detail": _TEXT,
            "parameter": _TEXT,
        },
        "required": ["title", "status"],
        "additionalProperties": False,
    },
}


def _parameter(name: str, schema: Schema, text: str, *, place: str = "query") -> Schema:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": schema,
        "description": text,
    }


_FILTERS = [
    _parameter("bereich", _TEXT, "slug eines Programmbereichs (mit Fachgebieten) oder Fachgebiets"),
    _parameter("nummer", _TEXT, "Kursnummer in jeder Schreibweise: 191-4632, 1914632"),
    _parameter("geaendert_seit", _TEXT, "nur seit diesem Tag oder Zeitpunkt (ISO 8601) geänderte"),
    _parameter("beendet", _one_of("0", "1"), "1: auch beendete Kurse"),
    _parameter(
        "anzahl",
        {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE},
        "Kurse je Seite",
    ),
    _parameter("nach", {"type": "integer", "minimum": 0}, "Marke der Seite, aus „next“"),
]
_SLUG = _parameter("slug", _TEXT, "slug des Kurses", place="path")


def _answers(schema: str, *problems: int) -> Schema:
    headers = {"ETag": {"schema": _TEXT, "description": "für If-None-Match"}}
    good = {
        "description": "Antwort",
        "headers": headers,
        "content": {"application/json": {"schema": _ref(schema)}},
    }
    bad = {"application/problem+json": {"schema": _ref("Problem")}}
    answers: Schema = {"200": good, "304": {"description": "unverändert seit If-None-Match"}}
    for status in (*problems, 429):
        answers[str(status)] = {"description": "abgelehnt", "content": bad}
    return answers


def _get(name: str, summary: str, answers: Schema, *parameters: Schema) -> Schema:
    operation = {"operationId": name, "summary": summary, "responses": answers}
    return {"get": operation | ({"parameters": list(parameters)} if parameters else {})}


def description(server: str) -> Schema:
    """The document for the portal at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kurse und Veranstaltungen",
            "version": "1.0.0",
            "description": "Nur lesen, ohne Anmeldung. Neue Felder können dazukommen; bestehende "
            "bleiben. Bitte If-None-Match senden: Was sich nicht geändert hat, ist ein 304.",
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/v1/kurse": _get(
                "listCourses", "Kurse, seitenweise", _answers("CourseList", 400), *_FILTERS
            ),
            "/api/v1/kurse/{slug}": _get(
                "getCourse", "Alles über einen Kurs", _answers("Course", 404, 410), _SLUG
            ),
            "/api/v1/bereiche": _get(
                "listAreas", "Programmbereiche und Fachgebiete", _answers("AreaList")
            ),
        },
        "components": {"schemas": _SCHEMAS},
    }
