"""The check in front of the personal data (C10–C12, REC-01 … REC-05)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from kmz.accounts.models import LoginFailure
from kmz.clock import moved_by
from kmz.db import db
from kmz.recovery.actions.puzzles import (
    Verdict,
    answer_puzzle,
    delete_old_puzzles,
    guesser_of,
    set_puzzle,
)
from kmz.recovery.puzzle import new_riddle, rules
from kmz.recovery.puzzle.rules import Riddle
from tests.page import Browser
from tests.recovery.solving import Sent, answer, puzzles, solve, start, wrong_answer
from tests.steps import send
from tests.web.conftest import everything

PERSONAL = ("Andrea", "Wiesenthal", "andrea@", "Hafenweg", "01234 567890")
KINDS = {"Als Ton vorlesen": rules.SOUND, "Frage statt Bild": rules.QUESTION}


def leaks(html: str) -> list[str]:
    return [word for word in PERSONAL if word in html]


def test_the_token_leaves_the_address_and_nothing_personal_shows(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    page = browser_.open(sent.address)
    assert (page.path, page.headings) == ("/wiederherstellung", ["Zugang wiederherstellen"])
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert sent.token not in page.html
    shown = [page.html, start(browser_, sent).html, solve(browser_, riddles).html]
    assert [leaks(html) for html in shown] == [[], [], []]


def test_the_box_must_be_ticked(browser_: Browser, sent: Sent) -> None:
    page = browser_.open(sent.address)
    assert "Ich bin kein Roboter" in page.text
    assert browser_.submit("Weiter").status == 422
    assert puzzles() == []


def test_nine_named_boxes_lie_over_the_pictures(browser_: Browser, sent: Sent) -> None:
    page = start(browser_, sent)
    assert page.headings == ["Bilderrätsel"]
    assert [f"Bild {place}" in page.text for place in range(1, 10)] == [True] * 9
    assert 'alt="Neun gezeichnete Bilder' in page.html


def test_the_solved_pictures_open_the_way_to_the_data(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    page = start(browser_, sent)
    assert "Konto bearbeiten" not in page.text
    assert solve(browser_, riddles).form(button="Konto bearbeiten").method == "post"
    assert browser_.submit("Konto bearbeiten").headings == ["Persönliche Daten bearbeiten"]


@pytest.mark.parametrize("button", sorted(KINDS))
def test_the_twins_of_the_pictures_open_the_same_way(
    browser_: Browser, sent: Sent, riddles: list[Riddle], button: str
) -> None:
    start(browser_, sent)
    page = browser_.submit(button)
    assert riddles[-1].kind in {rules.SOUND, rules.WORDS, rules.NUMBER}
    assert riddles[-1].question in page.text
    assert "Konto bearbeiten" in solve(browser_, riddles).text


def test_picture_and_sound_come_from_here_and_are_not_stored(browser_: Browser, sent: Sent) -> None:
    address = start(browser_, sent).path
    picture = browser_.client.get(f"{address}/medium")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert picture.headers["Cache-Control"] == "no-store"
    sound = f"{browser_.submit('Als Ton vorlesen').path}/medium"
    assert browser_.client.get(sound).mimetype == "audio/wav"
    part = browser_.client.get(sound, headers={"Range": "bytes=0-43"})
    assert (part.status_code, part.data[:4], len(part.data)) == (206, b"RIFF", 44)
    saved = browser_.client.get(f"{sound}?laden=1").headers["Content-Disposition"]
    assert saved.startswith("attachment")


def test_the_answer_is_nowhere_but_in_the_eye(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    page = start(browser_, sent)
    puzzle = puzzles()[0]
    assert riddles[-1].answer not in (puzzle.answer_hash, puzzle.question)
    assert puzzle.answer_hash not in page.html
    assert "checked" not in page.html
    picture = browser_.client.get(f"{page.path}/medium")
    assert riddles[-1].answer not in str(picture.headers)


@pytest.mark.parametrize("step", ["konto", "daten"])
def test_the_check_cannot_be_skipped(browser_: Browser, sent: Sent, step: str) -> None:
    start(browser_, sent)
    before = everything()
    values: dict[str, Any] = {
        "first_name": "X",
        "last_name": "Y",
        "password": "neu2#-lang",
        "email": "x@y.de",
    }
    page = send(browser_, f"/wiederherstellung/{step}", repeated="neu2#-lang", **values)
    assert page.headings == ["Zugang wiederherstellen"]
    assert leaks(browser_.open("/wiederherstellung/daten").html) == []
    assert everything() == before


def test_a_wrong_answer_spends_the_puzzle(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    first = start(browser_, sent).path
    right = riddles[-1].answer
    page = answer(browser_, wrong_answer(riddles[-1]))
    assert "Das war leider nicht richtig" in page.text
    assert page.path != first
    page = send(browser_, first, places=right.split(","))
    assert "Dieses Rätsel gilt nicht mehr" in page.text
    assert "Konto bearbeiten" not in page.text


def test_an_empty_answer_costs_nothing(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    start(browser_, sent)
    page = browser_.submit("Bestätigen")
    assert (page.status, page.title.startswith("Fehler")) == (422, True)
    assert "Konto bearbeiten" in solve(browser_, riddles).text


def test_a_solution_counts_in_its_own_browser_only(
    app: Flask, browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    thief = Browser(app.test_client())
    thief.open(sent.address)
    puzzle = start(browser_, sent).path
    assert thief.client.get(f"{puzzle}/medium").status_code == 404
    page = send(thief, puzzle, places=riddles[-1].answer.split(","))
    assert "Konto bearbeiten" not in page.text
    solve(browser_, riddles[:1])
    assert thief.open("/wiederherstellung/daten").headings == ["Zugang wiederherstellen"]
    nobody = Browser(app.test_client())
    assert nobody.client.get(f"{puzzle}/medium").status_code == 404
    assert nobody.open(puzzle).status == 410


def test_a_puzzle_lives_ten_minutes_and_its_solution_an_hour(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    start(browser_, sent)
    with moved_by(minutes=11):
        assert "gilt nicht mehr" in solve(browser_, riddles).text
    start(browser_, sent)
    solve(browser_, riddles)
    with moved_by(minutes=61):
        assert browser_.open("/wiederherstellung/daten").headings == ["Zugang wiederherstellen"]


def test_every_third_wrong_answer_costs_a_growing_pause_that_ends(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    start(browser_, sent)
    page = browser_.page
    for _ in range(3):
        page = answer(browser_, wrong_answer(riddles[-1]))
    assert (page.status, page.headings) == (429, ["Bitte kurz warten"])
    assert 0 < int(page.headers["Retry-After"]) <= 60
    browser_.open("/wiederherstellung")
    assert browser_.submit("Weiter", robot="y").status == 429
    with moved_by(seconds=61):
        start(browser_, sent)
        for _ in range(3):
            page = answer(browser_, wrong_answer(riddles[-1]))
        assert 60 < int(page.headers["Retry-After"]) <= 120
    with moved_by(minutes=4):
        start(browser_, sent)
        assert "Konto bearbeiten" in solve(browser_, riddles).text


def test_one_address_has_thirty_guesses_in_a_quarter_of_an_hour(sent: Sent, app: Flask) -> None:
    vault = app.extensions["kmz_vault"]
    verdicts = []
    for number in range(32):
        guesser = guesser_of(1000 + number, "192.0.2.7", vault)  # always another link
        riddle = new_riddle(rules.QUESTION)
        key = set_puzzle(sent.link_id, "b", riddle, guesser=guesser, vault=vault)
        given = {"link_id": sent.link_id, "browser_hash": "b", "guesser": guesser}
        verdicts.append(answer_puzzle(key, "falsch", vault=vault, **given))  # type: ignore[arg-type]
    assert verdicts == [Verdict.WRONG] * 30 + [Verdict.PAUSED] * 2


def test_of_eight_answers_at_once_to_one_puzzle_one_is_compared(app: Flask, sent: Sent) -> None:
    vault = current_app.extensions["kmz_vault"]
    guesser = guesser_of(sent.link_id, "192.0.2.7", vault)
    riddle = new_riddle(rules.SOUND)
    key = set_puzzle(sent.link_id, "b", riddle, guesser=guesser, vault=vault)

    def guess(number: int) -> Verdict:
        with app.app_context():
            return answer_puzzle(
                key,
                str(number),
                link_id=sent.link_id,
                browser_hash="b",
                guesser=guesser,
                vault=vault,
            )

    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(guess, range(8)))
    assert sorted(verdict.value for verdict in verdicts) == ["gone"] * 7 + ["wrong"]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(LoginFailure)) == 1


def test_reading_any_page_of_the_way_changes_nothing(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    puzzle = start(browser_, sent).path
    before = everything()
    paths = ("", "/daten", "/fertig", "/code", "/konto", "/raetsel")
    addresses = [sent.address, puzzle, f"{puzzle}/medium"]
    addresses += [f"/wiederherstellung{path}" for path in paths]
    for address in addresses:
        for method in ("GET", "HEAD", "OPTIONS"):
            for headers in ({}, {"Sec-Purpose": "prefetch"}, {"User-Agent": "LinkScanner/1.0"}):
                status = browser_.client.open(address, method=method, headers=headers).status_code
                assert status < 500, address
    assert everything() == before
    browser_.open(puzzle)
    assert "Konto bearbeiten" in solve(browser_, riddles).text


def test_old_puzzles_are_forgotten_with_their_pictures(browser_: Browser, sent: Sent) -> None:
    start(browser_, sent)
    assert delete_old_puzzles() == 0
    with moved_by(minutes=11):
        assert delete_old_puzzles() == 1
    assert puzzles() == []
