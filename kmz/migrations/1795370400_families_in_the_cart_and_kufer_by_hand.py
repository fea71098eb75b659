"""Families in the cart, and what has to be told to Kufer by hand."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kmz.db

revision: str = "1795370400"
down_revision: str | None = "1795360958"
branch_labels: Sequence[str] = ()
depends_on: Sequence[str] = ()


def upgrade() -> None:
    with op.batch_alter_table("cart_item") as batch_op:
        batch_op.add_column(sa.Column("people", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "kufer_correction",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("done_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("done_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_kufer_correction_booking_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_kufer_correction")),
    )


def downgrade() -> None:
    op.drop_table("kufer_correction")
    with op.batch_alter_table("cart_item") as batch_op:
        batch_op.drop_column("people")
