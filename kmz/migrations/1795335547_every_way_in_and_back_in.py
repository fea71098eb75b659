"""Every way in and back in: schools, second factors, recovery, family members."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kmz.db

revision: str = "1795335547"
down_revision: str | None = "1795326430"
branch_labels: Sequence[str] = ()
depends_on: Sequence[str] = ()

_WAY_IN = (
    "closed_at is not null or email_key is not null"
    " or (school_id is not null and school_username is not null)"
)


def upgrade() -> None:
    op.create_table(
        "school",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("disabled_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("number", name=op.f("uq_school_number")),
    )
    op.create_table(
        "staff_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_user.id"],
            name=op.f("fk_staff_recovery_code_staff_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_code")),
    )
    with op.batch_alter_table("staff_recovery_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_recovery_code_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "staff_totp",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("secret", kmz.db.Encrypted(), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_user.id"], name=op.f("fk_staff_totp_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_totp")),
    )
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("old_email", sa.String(length=254), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("objection_hash", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("identification", sa.String(length=200), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("objected_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_address_change_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("objection_hash", name=op.f("uq_address_change_objection_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_change_token_hash")),
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_address_change_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("last_used_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(customer_id is null) <> (staff_id is null)", name=op.f("ck_known_device_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_known_device_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_user.id"],
            name=op.f("fk_known_device_staff_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
    )
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_known_device_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_known_device_last_used_at"), ["last_used_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_known_device_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_known_device_token_hash"), ["token_hash"], unique=False
        )

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_participant_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participant_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("last_used_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(customer_id is null) <> (staff_id is null)", name=op.f("ck_passkey_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_passkey_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_user.id"], name=op.f("fk_passkey_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_passkey_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "recovery_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("status_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("message", sa.String(length=2000), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_recovery_case_customer_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_recovery_case_reference")),
        sa.UniqueConstraint("status_hash", name=op.f("uq_recovery_case_status_hash")),
    )
    with op.batch_alter_table("recovery_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_case_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_recovery_case_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "recovery_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("address_change_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("sent_to", sa.String(length=254), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("expires_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("solved_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("used_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.Column("revoked_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_change_id"],
            ["address_change.id"],
            name=op.f("fk_recovery_link_address_change_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["staff_user.id"], name=op.f("fk_recovery_link_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["recovery_case.id"],
            name=op.f("fk_recovery_link_case_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer_account.id"],
            name=op.f("fk_recovery_link_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["staff_user.id"], name=op.f("fk_recovery_link_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_recovery_link_token_hash")),
    )
    with op.batch_alter_table("recovery_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_link_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_recovery_link_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "recovery_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", kmz.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["recovery_case.id"],
            name=op.f("fk_recovery_step_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_step")),
    )
    with op.batch_alter_table("recovery_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_step_case_id"), ["case_id"], unique=False)

    op.create_table(
        "webauthn_challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("login_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login_session.id"],
            name=op.f("fk_webauthn_challenge_login_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webauthn_challenge")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_webauthn_challenge_key_hash")),
    )
    with op.batch_alter_table("webauthn_challenge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webauthn_challenge_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_webauthn_challenge_login_id"), ["login_id"], unique=False
        )

    op.create_table(
        "puzzle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("answer_hash", sa.String(length=64), nullable=False),
        sa.Column("media", sa.LargeBinary(), nullable=True),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", kmz.db.Moment(timezone=True), nullable=False),
        sa.Column("solved_at", kmz.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["recovery_link.id"], name=op.f("fk_puzzle_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_puzzle")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_puzzle_key_hash")),
    )
    with op.batch_alter_table("puzzle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_puzzle_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_puzzle_link_id"), ["link_id"], unique=False)

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("min_age", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("max_age", sa.Integer(), nullable=True))

    with op.batch_alter_table(
        "customer_account", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.add_column(sa.Column("school_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("school_username", sa.String(length=60), nullable=True))
        batch_op.add_column(
            sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column(
                "password_is_initial", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        batch_op.add_column(sa.Column("last_login_at", kmz.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("guesses_told_at", kmz.db.Moment(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("idle_told_at", kmz.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closed_at", kmz.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("purge_on", sa.Date(), nullable=True))
        batch_op.alter_column("email_key", existing_type=sa.VARCHAR(length=254), nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_customer_account_school_id_school_username"),
            ["school_id", "school_username"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_customer_account_school_id"), "school", ["school_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_customer_account_way_in"), _WAY_IN)

    with op.batch_alter_table("customer_profile", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("phone_private", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("fax", sa.String(length=40), nullable=False, server_default="")
        )

    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("second_factor_at", kmz.db.Moment(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("via", sa.String(length=20), nullable=False, server_default="password")
        )

    with op.batch_alter_table("signup_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resend_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("asked_from", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("confirmed_from", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_signup_request_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_signup_request_resend_hash"), ["resend_hash"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_signup_request_customer_id"),
            "customer_account",
            ["customer_id"],
            ["id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    with op.batch_alter_table("signup_request", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_signup_request_customer_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_signup_request_resend_hash"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_signup_request_customer_id"))
        batch_op.drop_column("customer_id")
        batch_op.drop_column("confirmed_from")
        batch_op.drop_column("asked_from")
        batch_op.drop_column("resend_hash")

    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_column("via")
        batch_op.drop_column("second_factor_at")

    with op.batch_alter_table("customer_profile", schema=None) as batch_op:
        batch_op.drop_column("fax")
        batch_op.drop_column("phone_private")

    # Who has no mail address (a school's login, a closed account) could not exist before: such rows
    # get one that belongs to nobody, so that nothing else is lost.
    op.execute(
        "update customer_account set email_key = 'account-' || id || '@invalid'"
        " where email_key is null"
    )
    with op.batch_alter_table("customer_account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_customer_account_way_in"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_customer_account_school_id"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("uq_customer_account_school_id_school_username"), type_="unique"
        )
        batch_op.alter_column("email_key", existing_type=sa.VARCHAR(length=254), nullable=False)
        batch_op.drop_column("purge_on")
        batch_op.drop_column("closed_at")
        batch_op.drop_column("idle_told_at")
        batch_op.drop_column("guesses_told_at")
        batch_op.drop_column("last_login_at")
        batch_op.drop_column("password_is_initial")
        batch_op.drop_column("shared")
        batch_op.drop_column("school_username")
        batch_op.drop_column("school_id")

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_column("max_age")
        batch_op.drop_column("min_age")

    with op.batch_alter_table("puzzle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_puzzle_link_id"))
        batch_op.drop_index(batch_op.f("ix_puzzle_expires_at"))

    op.drop_table("puzzle")
    with op.batch_alter_table("webauthn_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webauthn_challenge_login_id"))
        batch_op.drop_index(batch_op.f("ix_webauthn_challenge_expires_at"))

    op.drop_table("webauthn_challenge")
    with op.batch_alter_table("recovery_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_step_case_id"))

    op.drop_table("recovery_step")
    with op.batch_alter_table("recovery_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_link_customer_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_link_case_id"))

    op.drop_table("recovery_link")
    with op.batch_alter_table("recovery_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_case_customer_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_case_closed_at"))

    op.drop_table("recovery_case")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_staff_id"))
        batch_op.drop_index(batch_op.f("ix_passkey_customer_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_customer_id"))

    op.drop_table("participant")
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_device_token_hash"))
        batch_op.drop_index(batch_op.f("ix_known_device_staff_id"))
        batch_op.drop_index(batch_op.f("ix_known_device_last_used_at"))
        batch_op.drop_index(batch_op.f("ix_known_device_customer_id"))

    op.drop_table("known_device")
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_change_customer_id"))

    op.drop_table("address_change")
    op.drop_table("staff_totp")
    with op.batch_alter_table("staff_recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_recovery_code_staff_id"))

    op.drop_table("staff_recovery_code")
    op.drop_table("school")
