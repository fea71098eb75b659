"""Course files for the tests of looks: one that waits for columns, one full of decisions."""

from kmz.accounts.models import StaffUser
from kmz.catalog.actions.import_runs import CourseFile, hand_in
from kmz.catalog.imports import work
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.catalog.imports.sample import feed
from tests.catalog.imports.steps import course, imported, record
from tests.catalog.imports.tables import csv_file


def fill_imports(long: str, boss: StaffUser) -> dict[str, object]:
    """The ids of the two runs, and of a course of which a field is protected."""
    imported(record("1", name=long), record("2", name=long), record("3"), source="ansehen")
    protected = course("1", "ansehen")
    _protect(protected.id)
    changed = record("1", name="Anders", untertitel=long)
    data = feed(changed, *({"guid": f"{long}{number}"[-80:]} for number in range(60)))
    shrinking = _hand_in(data, "kurse.json", "berlin", boss)
    table = csv_file([long, long], header=[long[:60], "Code"])
    columns = _hand_in(table, f"{long}.csv", "csv", boss)
    while work.work_once():
        pass
    return {"import": shrinking, "import_columns": columns, "imported": protected.id}


def _hand_in(data: bytes, name: str, format_name: str, boss: StaffUser) -> int:
    file = CourseFile(
        name=name, data=data, format_name=format_name, source="ansehen", is_full=True, columns={}
    )
    return hand_in(file, by=boss)


def _protect(course_id: int) -> None:
    with transaction():
        found = db.session.get_one(Course, course_id)
        found.protected_fields = ["title", "sessions", "fee_cents"]
