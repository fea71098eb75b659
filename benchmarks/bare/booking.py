"""A bare booking: one request that takes a seat, inserts a row and shows a small page."""

import os

from flask import Flask, render_template_string, request
from sqlalchemy import create_engine, text

from kmz.engine import prepare_engine

TABLE = """
    CREATE TABLE bare_booking (id INTEGER {} PRIMARY KEY, course_id INTEGER, customer TEXT)
"""
IDENTITY = {"sqlite": "", "postgresql": "GENERATED ALWAYS AS IDENTITY"}
_SEAT = text(
    "UPDATE course SET seats_taken = seats_taken + 1 "
    "WHERE slug = :slug AND seats_taken < max_participants RETURNING id"
)
_ROW = text("INSERT INTO bare_booking (course_id, customer) VALUES (:course, :customer)")
_PAGE = (
    "<!DOCTYPE html><html lang=de><title>{{ what }}</title><h1>{{ slug }}: {{ what }}</h1></html>"
)


def make_app() -> Flask:
    """On the database that `KMZ_DATABASE_URL` names, as durable as the portal's."""
    engine = create_engine(os.environ["KMZ_DATABASE_URL"], pool_size=8)
    prepare_engine(engine)
    app = Flask(__name__, static_folder=None)

    @app.post("/buchen")
    def book() -> tuple[str, int]:
        slug, customer = request.form["kurs"], request.form["customer"]
        # Begins as a writing transaction of the portal does (BEGIN IMMEDIATE on SQLite).
        with engine.connect().execution_options(kmz_write=True) as connection, connection.begin():
            course = connection.execute(_SEAT, {"slug": slug}).scalar()
            if course is not None:
                connection.execute(_ROW, {"course": course, "customer": customer})
        what = "gebucht" if course is not None else "ausgebucht"
        status = 200 if course is not None else 422
        return render_template_string(_PAGE, slug=slug, what=what), status

    @app.get("/")
    def show_start() -> str:
        return "da"

    return app
