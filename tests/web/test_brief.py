"""Answers kept briefly: for a second, longer while they hold, never beyond a write."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from kmz.web import brief
from kmz.web.brief import BriefMemory
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")


def counting() -> Callable[[], int]:
    numbers = iter(range(100))
    return lambda: next(numbers)


def test_an_answer_is_kept_for_its_second() -> None:
    memory: BriefMemory[int] = BriefMemory()
    make = counting()
    assert [memory.get("a", make) for _ in range(3)] == [0, 0, 0]
    assert memory.get("b", make) == 1


def test_after_its_second_an_answer_stays_only_while_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(brief, "_SECONDS", 0.0)
    memory: BriefMemory[int] = BriefMemory()
    make = counting()
    assert memory.get("a", make) == 0
    assert memory.get("a", make, still_holds=lambda kept: kept == 0) == 0
    assert memory.get("a", make, still_holds=lambda kept: kept != 0) == 1
    assert memory.get("a", make) == 2


def test_an_answer_that_holds_is_made_anew_all_the_same_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(brief, "_SECONDS", 0.0)
    monkeypatch.setattr(brief, "_AT_MOST", 0.0)
    memory: BriefMemory[int] = BriefMemory()
    make = counting()
    assert [memory.get("a", make, still_holds=lambda _: True) for _ in range(2)] == [0, 1]


def test_whatever_this_process_writes_ends_what_is_kept(app: Flask) -> None:
    memory: BriefMemory[int] = BriefMemory()
    make = counting()
    assert memory.get("a", make) == 0
    make_course()
    assert memory.get("a", make, still_holds=lambda _: True) == 1


def test_the_oldest_answers_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief, "_ENTRIES", 2)
    memory: BriefMemory[int] = BriefMemory()
    make = counting()
    for key in "abc":
        memory.get(key, make)
    assert [memory.get(key, make) for key in "cba"] == [2, 1, 3]


def test_what_many_ask_for_at_once_is_made_once() -> None:
    memory: BriefMemory[int] = BriefMemory()
    make, asked, go = counting(), threading.Barrier(5), threading.Event()

    def slow() -> int:
        go.wait(5)
        return make()

    def ask() -> int:
        asked.wait(5)
        return memory.get("a", slow)

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask) for _ in range(4)]
        asked.wait(5)
        go.set()
        assert [answer.result(5) for answer in answers] == [0, 0, 0, 0]
