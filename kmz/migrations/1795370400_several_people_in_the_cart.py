"""Several people in the cart: for how many a course was put in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "1795370400"
down_revision: str | None = "1795360958"
branch_labels: Sequence[str] = ()
depends_on: Sequence[str] = ()


def upgrade() -> None:
    with op.batch_alter_table("cart_item") as batch_op:
        batch_op.add_column(sa.Column("people", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    with op.batch_alter_table("cart_item") as batch_op:
        batch_op.drop_column("people")
