"""Writing down what happened in a case."""

from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor
from kmz.recovery.models import RecoveryStep


def add_step(
    session: Session, case_id: int | None, kind: str, *, by: Actor, note: str = ""
) -> None:
    """Part of the caller's transaction; does nothing where no case belongs to what happened."""
    if case_id is None:
        return
    session.add(
        RecoveryStep(
            case_id=case_id, kind=kind, actor=by.actor_name, note=note[:500], at=clock.now()
        )
    )
