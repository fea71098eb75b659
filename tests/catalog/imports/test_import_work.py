"""Workers and the files that staff handed in: claims, deaths, accidents, forgetting."""

import pytest

from kmz import clock
from kmz.catalog.actions.import_runs import delete_old_runs
from kmz.catalog.imports import run as import_run
from kmz.catalog.imports import work
from tests.catalog.imports.office import course_count, files, hand_in, runs, work_off
from tests.catalog.imports.sample import feed
from tests.catalog.imports.steps import record
from tests.page import Browser


def test_two_workers_do_not_take_the_same_file(office: Browser) -> None:
    hand_in(office, feed(record("1")))
    claim = work._claim()
    assert claim is not None
    assert not work.work_once()
    assert "gerade gelesen" in office.open(office.page.path).text
    with clock.moved_by(minutes=6):
        assert work.work_once()
    assert runs()[0].state == "previewed"
    with pytest.raises(work._ClaimLostError):
        claim.renew()
    work._settle(claim, "failed", {"error": "zu spät"})
    assert runs()[0].state == "previewed"


def test_a_run_that_died_is_finished_by_the_next_worker(
    office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "BATCH", 2)
    hand_in(office, feed(*(record(guid) for guid in "12345")))
    work_off(office)
    office.submit("Übernehmen")

    class PowerCutError(BaseException):
        pass

    def die(_claim: work._Claim) -> None:
        raise PowerCutError

    with monkeypatch.context() as broken:
        broken.setattr(work._Claim, "renew", die)
        with pytest.raises(PowerCutError):
            work.work_once()
    assert (course_count(), runs()[0].state) == (2, "confirmed")
    assert not work.work_once()
    with clock.moved_by(minutes=6):
        assert work.work_once()
    assert (course_count(), runs()[0].state) == (5, "done")
    assert (runs()[0].report["new"], runs()[0].report["unchanged"]) == (3, 2)


def test_an_accident_ends_the_run_and_keeps_nothing(
    office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError

    hand_in(office, feed(record("1")))
    monkeypatch.setattr(work, "import_courses", stumble)
    page = work_off(office)
    assert "nicht übernommen" in page.text
    assert "unerwarteten Fehler" in page.text
    assert (runs()[0].state, files()) == ("failed", 0)


def test_old_runs_and_forgotten_files_are_deleted(office: Browser) -> None:
    hand_in(office, feed(record("1")))
    work_off(office)
    office.submit("Übernehmen")
    work_off(office)
    hand_in(office, feed(record("2")))
    with clock.moved_by(days=6):
        delete_old_runs()
    assert len(runs()) == 2
    with clock.moved_by(days=8):
        delete_old_runs()
    assert [run.state for run in runs()] == ["done"]
    assert files() == 0
    with clock.moved_by(days=91):
        delete_old_runs()
    assert runs() == []
