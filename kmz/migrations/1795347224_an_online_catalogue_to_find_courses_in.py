"""An online catalogue to find courses in: search, feeds, alerts, questions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kmz.db

revision: str = "1795347224"
down_revision: str | None = "1795335547"
branch_labels: Sequence[str] = ()
depends_on: Sequence[str] = ()


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("changed_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "synonym_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("changed_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_group")),
        sa.UniqueConstraint("words", name=op.f("uq_synonym_group_words")),
    )
    op.create_table(
        "contact_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_area_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("changed_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_area_id"], ["program_area.id"], name=op.f("fk_contact_person_program_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_person")),
        sa.UniqueConstraint("program_area_id", name=op.f("uq_contact_person_program_area_id")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("file_format", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("may_shrink", sa.Boolean(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_until", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("finished_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'previewed', 'confirmed', 'done', 'failed')",
            name=op.f("ck_import_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["staff_user.id"],
            name=op.f("fk_import_run_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["staff_user.id"],
            name=op.f("fk_import_run_confirmed_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_created_at"), ["created_at"], unique=False)

    op.create_table(
        "import_file",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["import_run.id"],
            name=op.f("fk_import_file_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_import_file")),
    )
    op.create_table(
        "contact_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("booking_reference", sa.String(length=30), nullable=False),
        sa.Column("program_area_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("callback_window", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("called_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "callback_window = '' or phone <> ''",
            name=op.f("ck_contact_request_callback_needs_phone"),
        ),
        sa.ForeignKeyConstraint(
            ["called_by_id"],
            ["staff_user.id"],
            name=op.f("fk_contact_request_called_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_contact_request_course_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_contact_request_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["program_area_id"],
            ["program_area.id"],
            name=op.f("fk_contact_request_program_area_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_contact_request_reference")),
    )
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_request_created_at"), ["created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_request_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("checked_until", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("mailed_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("end_key", sa.String(length=32), nullable=False),
        sa.Column("confirm_token_hash", sa.String(length=64), nullable=True),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("asked_from", sa.String(length=64), nullable=False),
        sa.Column("confirmed_from", sa.String(length=64), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "customer_id is not null or email_key is not null", name=op.f("ck_saved_search_owner")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_saved_search_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("confirm_token_hash", name=op.f("uq_saved_search_confirm_token_hash")),
    )
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_saved_search_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_saved_search_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_search_end_key"), ["end_key"], unique=False)

    op.create_table(
        "seat_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("end_key", sa.String(length=32), nullable=False),
        sa.Column("confirm_token_hash", sa.String(length=64), nullable=True),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("asked_from", sa.String(length=64), nullable=False),
        sa.Column("confirmed_from", sa.String(length=64), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "customer_id is not null or email_key is not null", name=op.f("ck_seat_alert_owner")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_seat_alert_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_seat_alert_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_alert")),
        sa.UniqueConstraint("confirm_token_hash", name=op.f("uq_seat_alert_confirm_token_hash")),
        sa.UniqueConstraint(
            "course_id", "customer_id", name=op.f("uq_seat_alert_course_id_customer_id")
        ),
    )
    with op.batch_alter_table("seat_alert", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seat_alert_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_seat_alert_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_alert_end_key"), ["end_key"], unique=False)

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("unsubscribe_url", sa.String(length=500), nullable=False, server_default="")
        )

    with op.batch_alter_table("catalog_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rebuilt_in", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("changed_at", kmz.db.Moment(timezone=True), nullable=True))

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("material", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("requirements", sa.String(length=2000), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("small_group", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("educational_leave", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("withdrawn_at", kmz.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("protected_fields", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(
            sa.Column("changed_in", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.create_index(batch_op.f("ix_course_changed_in"), ["changed_in"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_updated_at"), ["updated_at"], unique=False)
        batch_op.drop_index(batch_op.f("ix_course_program_area_id"))
        batch_op.create_index(
            "ix_course_program_area_id_starts_on", ["program_area_id", "starts_on"], unique=False
        )

    with op.batch_alter_table("course_instructor", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_course_instructor_instructor_id"), ["instructor_id"], unique=False
        )

    with op.batch_alter_table("course_source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("missing_since", kmz.db.Moment(timezone=True), nullable=True))

    with op.batch_alter_table("watchlist_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("noted_state", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("noted_sessions", sa.String(length=64), nullable=False, server_default="")
        )


def downgrade() -> None:
    with op.batch_alter_table("watchlist_item", schema=None) as batch_op:
        batch_op.drop_column("noted_sessions")
        batch_op.drop_column("noted_state")

    with op.batch_alter_table("course_source", schema=None) as batch_op:
        batch_op.drop_column("missing_since")

    with op.batch_alter_table("course_instructor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_instructor_instructor_id"))

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index("ix_course_program_area_id_starts_on")
        batch_op.create_index(
            batch_op.f("ix_course_program_area_id"), ["program_area_id"], unique=False
        )
        batch_op.drop_index(batch_op.f("ix_course_updated_at"))
        batch_op.drop_index(batch_op.f("ix_course_changed_in"))
        batch_op.drop_column("changed_in")
        batch_op.drop_column("protected_fields")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("educational_leave")
        batch_op.drop_column("small_group")
        batch_op.drop_column("requirements")
        batch_op.drop_column("material")

    with op.batch_alter_table("catalog_version", schema=None) as batch_op:
        batch_op.drop_column("changed_at")
        batch_op.drop_column("rebuilt_in")

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_column("unsubscribe_url")

    with op.batch_alter_table("seat_alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_alert_end_key"))
        batch_op.drop_index(batch_op.f("ix_seat_alert_email_key"))
        batch_op.drop_index(batch_op.f("ix_seat_alert_customer_id"))

    op.drop_table("seat_alert")
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_search_end_key"))
        batch_op.drop_index(batch_op.f("ix_saved_search_email_key"))
        batch_op.drop_index(batch_op.f("ix_saved_search_customer_id"))

    op.drop_table("saved_search")
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_request_customer_id"))
        batch_op.drop_index(batch_op.f("ix_contact_request_created_at"))

    op.drop_table("contact_request")
    op.drop_table("import_file")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_created_at"))

    op.drop_table("import_run")
    op.drop_table("contact_person")
    op.drop_table("synonym_group")
    op.drop_table("column_mapping")
