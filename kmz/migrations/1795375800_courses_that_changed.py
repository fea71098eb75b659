"""What participants were last told of their course, and courses that are other than that."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kmz.db

revision: str = "1795375800"
down_revision: str | None = "1795370400"
branch_labels: Sequence[str] = ()
depends_on: Sequence[str] = ()


def upgrade() -> None:
    with op.batch_alter_table("booking") as batch_op:
        batch_op.add_column(sa.Column("told", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(
            sa.Column("told_version", sa.Integer(), nullable=False, server_default="0")
        )
    op.create_table(
        "course_change",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("noticed_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_course_change_course_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_change")),
    )


def downgrade() -> None:
    op.drop_table("course_change")
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_column("told_version")
        batch_op.drop_column("told")
