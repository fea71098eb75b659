"""Since when a request's people want to be reminded, and when they were."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kmz.db

revision: str = "1795380000"
down_revision: str | None = "1795375800"
branch_labels: Sequence[str] = ()
depends_on: Sequence[str] = ()


def upgrade() -> None:
    with op.batch_alter_table("booking_request") as batch_op:
        batch_op.add_column(
            sa.Column("reminders_since", kmz.db.Moment(timezone=True), nullable=True)
        )
    with op.batch_alter_table("booking") as batch_op:
        batch_op.add_column(sa.Column("reminded_at", kmz.db.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_column("reminded_at")
    with op.batch_alter_table("booking_request") as batch_op:
        batch_op.drop_column("reminders_since")
