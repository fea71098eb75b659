"""From the cart to a seat, and away again: holds, the Warteliste, guests, Storno, Widerruf."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kmz.db

revision: str = "1795360958"
down_revision: str | None = "1795347224"
branch_labels: Sequence[str] = ()
depends_on: Sequence[str] = ()


def upgrade() -> None:
    op.create_table(
        "cancellation_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation_policy")),
        sa.UniqueConstraint("name", name=op.f("uq_cancellation_policy_name")),
    )
    with op.batch_alter_table("cancellation_policy", schema=None) as batch_op:
        batch_op.create_index(
            "uq_cancellation_policy_is_default",
            ["is_default"],
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.create_table(
        "concession_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(length=150), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("needs_proof", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent between 1 and 100", name=op.f("ck_concession_reason_percent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concession_reason")),
        sa.UniqueConstraint("code", name=op.f("uq_concession_reason_code")),
    )
    op.create_table(
        "queue_ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("seen_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("admitted_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_ticket")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_queue_ticket_token_hash")),
    )
    with op.batch_alter_table("queue_ticket", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_queue_ticket_admitted_at"), ["admitted_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_queue_ticket_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "booking_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("semester_id", sa.Integer(), nullable=False),
        sa.Column("program_area_id", sa.Integer(), nullable=True),
        sa.Column("opens_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_area_id"],
            ["program_area.id"],
            name=op.f("fk_booking_opening_program_area_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["semester_id"],
            ["semester.id"],
            name=op.f("fk_booking_opening_semester_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_opening")),
        sa.UniqueConstraint(
            "semester_id",
            "program_area_id",
            name=op.f("uq_booking_opening_semester_id_program_area_id"),
        ),
    )
    with op.batch_alter_table("booking_opening", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_booking_opening_program_area_id"), ["program_area_id"], unique=False
        )
        batch_op.create_index(
            "uq_booking_opening_semester_id",
            ["semester_id"],
            unique=True,
            sqlite_where=sa.text("program_area_id is null"),
            postgresql_where=sa.text("program_area_id is null"),
        )

    op.create_table(
        "calendar_feed",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_calendar_feed_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "waitlist_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("participant_first_name", sa.String(length=100), nullable=False),
        sa.Column("participant_last_name", sa.String(length=100), nullable=False),
        sa.Column("participant_key", sa.String(length=250), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("group_key", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("waitlisted_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_waitlist_entry_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_waitlist_entry_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_waitlist_entry_link_hash")),
    )
    with op.batch_alter_table("waitlist_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_waitlist_entry_course_id_status", ["course_id", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_waitlist_entry_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_waitlist_entry_group_key"), ["group_key"], unique=False
        )
        batch_op.create_index(
            "uq_waitlist_entry_course_id_participant_key",
            ["course_id", "participant_key"],
            unique=True,
            sqlite_where=sa.text("status in ('waiting', 'offered')"),
            postgresql_where=sa.text("status in ('waiting', 'offered')"),
        )

    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("declared_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contract", sa.String(length=500), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("remark", sa.String(length=1000), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("is_withheld", sa.Boolean(), nullable=False),
        sa.Column("settled_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_withdrawal_customer_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("key", name=op.f("uq_withdrawal_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_withdrawal_reference")),
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_withdrawal_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_withdrawal_settled_at"), ["settled_at"], unique=False)

    op.create_table(
        "waitlist_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("until", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("ended_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["waitlist_entry.id"],
            name=op.f("fk_waitlist_offer_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_offer")),
    )
    with op.batch_alter_table("waitlist_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waitlist_offer_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "seat_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("expires_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_seat_hold_seats")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_seat_hold_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["booking_draft.id"], name=op.f("fk_seat_hold_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["waitlist_offer.id"], name=op.f("fk_seat_hold_offer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_hold")),
        sa.UniqueConstraint("draft_id", "course_id", name=op.f("uq_seat_hold_draft_id_course_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_seat_hold_offer_id")),
    )
    with op.batch_alter_table("seat_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_hold_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_hold_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_hold_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_hold_owner"), ["owner"], unique=False)

    op.create_table(
        "kufer_export",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=80), nullable=False),
        sa.Column("exported_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("acknowledged_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["booking_request.id"],
            name=op.f("fk_kufer_export_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_kufer_export")),
        sa.UniqueConstraint("file_name", name=op.f("uq_kufer_export_file_name")),
    )
    op.create_table(
        "cancellation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("fee_cents", sa.Integer(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_cancellation_booking_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_cancellation_booking_id")),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("noted_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_refund_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refund_due_on"), ["due_on"], unique=False)

    op.create_table(
        "withdrawal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("withdrawal_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_withdrawal_line_booking_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"],
            ["withdrawal.id"],
            name=op.f("fk_withdrawal_line_withdrawal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_line")),
        sa.UniqueConstraint(
            "withdrawal_id", "booking_id", name=op.f("uq_withdrawal_line_withdrawal_id_booking_id")
        ),
    )
    with op.batch_alter_table("withdrawal_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_withdrawal_line_booking_id"), ["booking_id"], unique=False
        )

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("participant_birth_date", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("is_minor", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("concession_reason_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "concession_status", sa.String(length=20), server_default="none", nullable=False
            )
        )
        batch_op.add_column(sa.Column("concession_fee_cents", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("paid_cents", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("rebooked_to_id", sa.Integer(), nullable=True))
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_booking_concession_reason_id"), ["concession_reason_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_booking_rebooked_to_id"), ["rebooked_to_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_booking_concession_reason_id"),
            "concession_reason",
            ["concession_reason_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_booking_rebooked_to_id"), "booking", ["rebooked_to_id"], ["id"]
        )

    with op.batch_alter_table("booking_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("account", kmz.db.Encrypted(), nullable=True))
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_booking_draft_token_hash"), ["token_hash"], unique=False
        )

    with op.batch_alter_table("booking_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guest_key", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("link_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("payment_method", sa.String(length=20), server_default="none", nullable=False)
        )
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_booking_request_guest_key"), ["guest_key"], unique=False
        )
        batch_op.create_unique_constraint(batch_op.f("uq_booking_request_link_hash"), ["link_hash"])

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("attachments", sa.JSON(), server_default="[]", nullable=False)
        )

    with op.batch_alter_table("cart_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("seats_held", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("seats_waiting", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("opening_inherited", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("cancellation_policy_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "withdrawal_right", sa.String(length=20), server_default="statutory", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("withdrawal_reason", sa.String(length=300), server_default="", nullable=False)
        )
        batch_op.create_index(
            batch_op.f("ix_course_cancellation_policy_id"), ["cancellation_policy_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_course_cancellation_policy_id"),
            "cancellation_policy",
            ["cancellation_policy_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_check_constraint(batch_op.f("ck_course_seats_held"), "seats_held >= 0")
        batch_op.create_check_constraint(
            batch_op.f("ck_course_seats_waiting"), "seats_waiting >= 0"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_course_withdrawal_right"),
            "withdrawal_right in ('statutory', 'excluded')",
        )

    with op.batch_alter_table("sepa_mandate", schema=None) as batch_op:
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=True)

    op.execute(
        "update booking_request set payment_method = 'sepa_direct_debit' "
        "where mandate_id is not null"
    )


def downgrade() -> None:
    # Guests and their bookings were unknown before; the older tables cannot hold them.
    for table in ("booking_event", "seat_hold", "cancellation", "refund", "withdrawal_line"):
        op.execute(
            f"delete from {table} where "  # noqa: S608 - our own names
            + (
                "draft_id is not null or offer_id is not null"
                if table == "seat_hold"
                else "booking_id in (select id from booking where customer_id is null)"
            )
        )
    for table in ("booking", "booking_request", "booking_draft", "sepa_mandate"):
        op.execute(f"delete from {table} where customer_id is null")  # noqa: S608

    with op.batch_alter_table("sepa_mandate", schema=None) as batch_op:
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_course_withdrawal_right"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_course_seats_waiting"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_course_seats_held"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_course_cancellation_policy_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_course_cancellation_policy_id"))
        batch_op.drop_column("withdrawal_reason")
        batch_op.drop_column("withdrawal_right")
        batch_op.drop_column("cancellation_policy_id")
        batch_op.drop_column("opening_inherited")
        batch_op.drop_column("seats_waiting")
        batch_op.drop_column("seats_held")

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_column("attachments")

    with op.batch_alter_table("cart_item", schema=None) as batch_op:
        batch_op.drop_column("seen")

    with op.batch_alter_table("booking_request", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_booking_request_link_hash"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_booking_request_guest_key"))
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("payment_method")
        batch_op.drop_column("link_hash")
        batch_op.drop_column("guest_key")

    with op.batch_alter_table("booking_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_draft_token_hash"))
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("account")
        batch_op.drop_column("token_hash")

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_booking_rebooked_to_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_booking_concession_reason_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_booking_rebooked_to_id"))
        batch_op.drop_index(batch_op.f("ix_booking_concession_reason_id"))
        batch_op.alter_column("customer_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("rebooked_to_id")
        batch_op.drop_column("sequence")
        batch_op.drop_column("due_on")
        batch_op.drop_column("paid_cents")
        batch_op.drop_column("concession_fee_cents")
        batch_op.drop_column("concession_status")
        batch_op.drop_column("concession_reason_id")
        batch_op.drop_column("is_minor")
        batch_op.drop_column("participant_birth_date")

    with op.batch_alter_table("withdrawal_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawal_line_booking_id"))

    op.drop_table("withdrawal_line")
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_due_on"))
        batch_op.drop_index(batch_op.f("ix_refund_booking_id"))

    op.drop_table("refund")
    op.drop_table("cancellation")
    op.drop_table("kufer_export")
    with op.batch_alter_table("seat_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_hold_owner"))
        batch_op.drop_index(batch_op.f("ix_seat_hold_expires_at"))
        batch_op.drop_index(batch_op.f("ix_seat_hold_course_id"))
        batch_op.drop_index(batch_op.f("ix_seat_hold_address"))

    op.drop_table("seat_hold")
    with op.batch_alter_table("waitlist_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waitlist_offer_entry_id"))

    op.drop_table("waitlist_offer")
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawal_settled_at"))
        batch_op.drop_index(batch_op.f("ix_withdrawal_customer_id"))

    op.drop_table("withdrawal")
    with op.batch_alter_table("waitlist_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waitlist_entry_course_id_participant_key",
            sqlite_where=sa.text("status in ('waiting', 'offered')"),
            postgresql_where=sa.text("status in ('waiting', 'offered')"),
        )
        batch_op.drop_index(batch_op.f("ix_waitlist_entry_group_key"))
        batch_op.drop_index(batch_op.f("ix_waitlist_entry_customer_id"))
        batch_op.drop_index("ix_waitlist_entry_course_id_status")

    op.drop_table("waitlist_entry")
    op.drop_table("calendar_feed")
    with op.batch_alter_table("booking_opening", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_booking_opening_semester_id",
            sqlite_where=sa.text("program_area_id is null"),
            postgresql_where=sa.text("program_area_id is null"),
        )
        batch_op.drop_index(batch_op.f("ix_booking_opening_program_area_id"))

    op.drop_table("booking_opening")
    with op.batch_alter_table("queue_ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_queue_ticket_seen_at"))
        batch_op.drop_index(batch_op.f("ix_queue_ticket_admitted_at"))

    op.drop_table("queue_ticket")
    op.drop_table("concession_reason")
    with op.batch_alter_table("cancellation_policy", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cancellation_policy_is_default",
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.drop_table("cancellation_policy")
