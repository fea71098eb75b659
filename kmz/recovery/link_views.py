"""The customer's side of a recovery link: its robot check, the way to it by letter (C07–C12)."""

import math
from datetime import datetime
from io import BytesIO

from flask import Blueprint, Response, abort, current_app, flash, request, send_file

from kmz import clock
from kmz.crypto import token_digest
from kmz.recovery import puzzle_queries, queries
from kmz.recovery.actions import puzzles
from kmz.recovery.actions.puzzles import Verdict
from kmz.recovery.forms import AnswerForm, CodeForm, RobotForm
from kmz.recovery.models import Puzzle
from kmz.recovery.puzzle import new_riddle, rules
from kmz.recovery.puzzle_queries import Guesser
from kmz.recovery.rules import normalise_code
from kmz.recovery.ticket import Ticket, current_ticket, give_ticket, take_ticket
from kmz.web.access import public
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import form_page, page, secret_page, see_other

blueprint = Blueprint("recovery", __name__)

WRONG = "Das war leider nicht richtig. Hier ist ein neues Rätsel."
GONE = "Dieses Rätsel gilt nicht mehr. Hier ist ein neues."
# For each kind: its name, and what one may choose instead.
PUZZLES = {
    rules.PICTURES: (
        "Bilderrätsel",
        (
            (rules.SOUND, "Als Ton vorlesen"),
            (rules.QUESTION, "Frage statt Bild"),
            (rules.PICTURES, "Neues Rätsel"),
        ),
    ),
    rules.SOUND: (
        "Ziffern hören",
        (
            (rules.QUESTION, "Frage statt Ton"),
            (rules.PICTURES, "Bilder statt Ton"),
            (rules.SOUND, "Neues Rätsel"),
        ),
    ),
    rules.QUESTION: (
        "Frage beantworten",
        (
            (rules.SOUND, "Als Ton vorlesen"),
            (rules.PICTURES, "Bilder statt Frage"),
            (rules.QUESTION, "Neues Rätsel"),
        ),
    ),
}
BAD_CODE = "Dieser Code gilt nicht oder nicht mehr. Bitte vergleichen Sie ihn mit dem Brief."


def _dead_page() -> Response:
    return secret_page(page("recovery/show_link_dead.html", status=410))


def dead_link() -> Response:
    """Whatever is wrong with the link that the browser holds, the answer is the same."""
    return take_ticket(_dead_page())


def _guesser(link_id: int | None) -> Guesser:
    vault = current_app.extensions["kmz_vault"]
    return puzzles.guesser_of(link_id, request.remote_addr or "", vault)


def _pause_page(until: datetime, *, wrong: bool = False) -> Response:
    """Too many wrong answers: how long to wait, and nothing to answer."""
    seconds = max(1, math.ceil((until - clock.now()).total_seconds()))
    minutes = math.ceil(seconds / 60)
    response = page("recovery/show_pause.html", status=429, minutes=minutes, wrong=wrong)
    response.headers["Retry-After"] = str(seconds)
    return secret_page(response)


@blueprint.get("/wiederherstellung/<token>")
@public
def open_link(token: str) -> Response:
    """Mail scanners open links, so this only puts the token where addresses do not show it."""
    if queries.find_open_link(token) is None:
        return _dead_page()
    return secret_page(give_ticket(see_other("recovery.show_robot_check"), token))


@blueprint.get("/wiederherstellung/code")
@public
def show_code() -> Response:
    return secret_page(form_page("recovery/show_code.html", CodeForm()))


@blueprint.post("/wiederherstellung/code")
@public
@limiter.limit(login_limit)
def enter_code() -> Response:
    form = CodeForm()
    if not form.validate():
        return secret_page(form_page("recovery/show_code.html", form))
    guesser = _guesser(None)
    if until := puzzle_queries.paused_from_here(guesser):
        return _pause_page(until)
    code = normalise_code(form.code.data or "")
    link = queries.find_open_link(code)
    if link is None or link.way != "letter":
        puzzles.note_wrong_code(guesser)
        form.code.errors = (BAD_CODE,)
        return secret_page(form_page("recovery/show_code.html", form))
    return secret_page(give_ticket(see_other("recovery.show_robot_check"), code))


@blueprint.get("/wiederherstellung")
@public
def show_robot_check() -> Response:
    ticket = current_ticket()
    if ticket is None:
        return dead_link()
    if ticket.is_solved:
        return secret_page(see_other("recovery.show_solved"))
    return secret_page(form_page("recovery/show_robot_check.html", RobotForm()))


@blueprint.post("/wiederherstellung")
@public
@limiter.limit(login_limit)
def begin_robot_check() -> Response:
    ticket, form = current_ticket(), RobotForm()
    if ticket is None:
        return dead_link()
    if not form.validate():
        return secret_page(form_page("recovery/show_robot_check.html", form))
    return _new_puzzle(ticket, rules.PICTURES)


@blueprint.get("/wiederherstellung/raetsel")
@public
def show_puzzle_start() -> Response:
    """Where a reload after a pause ends: back at the tick."""
    return secret_page(see_other("recovery.show_robot_check"))


@blueprint.post("/wiederherstellung/raetsel")
@public
@limiter.limit(login_limit)
def change_puzzle() -> Response:
    """Another puzzle, of the kind that somebody can see, hear or read."""
    ticket, kind = current_ticket(), request.form.get("art", "")
    if ticket is None:
        return dead_link()
    return _new_puzzle(ticket, kind if kind in rules.KINDS else rules.PICTURES)


def _new_puzzle(ticket: Ticket, kind: str, *, after: str = "") -> Response:
    """To a fresh puzzle of this kind; `after` says what was wrong with the one before."""
    guesser = _guesser(ticket.link.id)
    if until := puzzle_queries.paused_until(guesser):
        return _pause_page(until, wrong=after == WRONG)
    riddle = new_riddle(kind)  # drawn here: a transaction should not wait for it
    key = puzzles.set_puzzle(
        ticket.link.id,
        ticket.browser_hash,
        riddle,
        guesser=guesser,
        vault=current_app.extensions["kmz_vault"],
    )
    if after:
        flash(after, "error")
    return secret_page(see_other("recovery.show_puzzle", key=key))


def _open_puzzle(ticket: Ticket, key: str, *, with_media: bool = False) -> Puzzle | None:
    return puzzle_queries.find_open_puzzle(
        token_digest(key),
        link_id=ticket.link.id,
        browser_hash=ticket.browser_hash,
        with_media=with_media,
    )


def _puzzle_page(puzzle: Puzzle, key: str, form: AnswerForm) -> Response:
    name, others = PUZZLES[rules.SAME_KIND[puzzle.kind]]
    form.answer.label.text = puzzle.question
    response = form_page(
        "recovery/show_puzzle.html", form, puzzle=puzzle, key=key, name=name, others=others
    )
    return secret_page(response)


@blueprint.get("/wiederherstellung/raetsel/<key>")
@public
def show_puzzle(key: str) -> Response:
    ticket = current_ticket()
    if ticket is None:
        return dead_link()
    puzzle = _open_puzzle(ticket, key)
    if puzzle is None:
        return secret_page(see_other("recovery.show_robot_check"))
    return _puzzle_page(puzzle, key, AnswerForm())


@blueprint.get("/wiederherstellung/raetsel/<key>/medium")
@public
def show_medium(key: str) -> Response:
    """The picture or the sound, for the browser that the puzzle was set to."""
    ticket = current_ticket()
    puzzle = _open_puzzle(ticket, key, with_media=True) if ticket else None
    if puzzle is None or puzzle.media is None:
        abort(404)
    is_sound = puzzle.kind == rules.SOUND
    response = send_file(
        BytesIO(puzzle.media),
        mimetype="audio/wav" if is_sound else "image/jpeg",
        as_attachment="laden" in request.args,
        download_name="ziffern.wav" if is_sound else "bilder.jpg",
        conditional=True,  # players ask for parts of a sound
        etag=False,
    )
    return secret_page(response)


@blueprint.post("/wiederherstellung/raetsel/<key>")
@public
@limiter.limit(login_limit)
def answer_puzzle(key: str) -> Response:
    ticket, form = current_ticket(), AnswerForm()
    if ticket is None:
        return dead_link()
    puzzle = _open_puzzle(ticket, key)
    if puzzle is None:
        return _new_puzzle(ticket, rules.PICTURES, after=GONE)
    kind = puzzle.kind
    answer = form.answer_to(kind) if form.validate() else ""
    if not answer:
        return _puzzle_page(puzzle, key, form)
    guesser = _guesser(ticket.link.id)
    verdict = puzzles.answer_puzzle(
        key,
        answer,
        link_id=ticket.link.id,
        browser_hash=ticket.browser_hash,
        guesser=guesser,
        vault=current_app.extensions["kmz_vault"],
    )
    if verdict is Verdict.RIGHT:
        return secret_page(see_other("recovery.show_robot_check"))
    after = WRONG if verdict is Verdict.WRONG else GONE
    return _new_puzzle(ticket, rules.SAME_KIND[kind], after=after)
