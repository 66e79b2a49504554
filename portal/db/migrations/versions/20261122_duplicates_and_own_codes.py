"""duplicates and own codes.

Revision: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_merge",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "kept", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "gone", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_across", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.Column("changes", Ty("TEXT"), server_default=sa.text("'{}'"), autoincrement=False, nullable=False),
        sa.Column("links", Ty("TEXT"), server_default=sa.text("'[]'"), autoincrement=False, nullable=False),
        sa.Column(
            "followers", Ty("TEXT"), server_default=sa.text("'[]'"), autoincrement=False, nullable=False
        ),
        sa.Column("merged_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("merged_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("undone_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("undone_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.CheckConstraint("kept <> gone", name=op.f("ck_account_merge_not_itself")),
        sa.ForeignKeyConstraint(
            ["gone"], ["account.id"], name=op.f("fk_account_merge_gone"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["kept"], ["account.id"], name=op.f("fk_account_merge_kept"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_merge")),
    )
    with op.batch_alter_table("account_merge", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_merge_gone",
            ["gone"],
            unique=True,
            sqlite_where=sa.text("undone_at is null"),
            postgresql_where=sa.text("undone_at is null"),
        )
        batch_op.create_index(batch_op.f("ix_account_merge_kept"), ["kept"], unique=False)

    op.create_table(
        "dealer_code",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "code", Ty("VARCHAR", 60), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("decided_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("decided_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_dealer_code_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_dealer_code_dealer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dealer_code")),
        sa.UniqueConstraint("dealer", "code", name="uq_dealer_code_unique_code"),
    )
    with op.batch_alter_table("dealer_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dealer_code_account"), ["account"], unique=False)

    op.create_table(
        "duplicate_key",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "text", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_duplicate_key_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_key")),
    )
    with op.batch_alter_table("duplicate_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_key_account"), ["account"], unique=False)
        batch_op.create_index("ix_duplicate_key_text", ["text", "account"], unique=False)

    op.create_table(
        "duplicate_pair",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "first", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "second",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("score", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("reasons", Ty("TEXT"), server_default=sa.text("'[]'"), autoincrement=False, nullable=False),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("'open'"), autoincrement=False, nullable=False
        ),
        sa.Column("found_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("decided_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("decided_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'different', 'merged')", name=op.f("ck_duplicate_pair_state_known")
        ),
        sa.CheckConstraint("first < second", name=op.f("ck_duplicate_pair_ordered")),
        sa.ForeignKeyConstraint(
            ["first"], ["account.id"], name=op.f("fk_duplicate_pair_first"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second"], ["account.id"], name=op.f("fk_duplicate_pair_second"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("first", "second", name="uq_duplicate_pair_unique_pair"),
    )
    with op.batch_alter_table("duplicate_pair", schema=None) as batch_op:
        batch_op.create_index("ix_duplicate_pair_queue", ["state", "score", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duplicate_pair_second"), ["second"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_merged",
            ["merged_into"],
            unique=False,
            sqlite_where=sa.text("merged_into is not null"),
            postgresql_where=sa.text("merged_into is not null"),
        )

    with op.batch_alter_table("import_map", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "dealer",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                autoincrement=False,
                nullable=True,
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_import_map_unique_name"), type_="unique")
        batch_op.create_index(
            "ix_import_map_name",
            ["kind", "name"],
            unique=True,
            sqlite_where=sa.text("dealer is null"),
            postgresql_where=sa.text("dealer is null"),
        )
        batch_op.create_index(
            "ix_import_map_own_name",
            ["dealer", "kind", "name"],
            unique=True,
            sqlite_where=sa.text("dealer is not null"),
            postgresql_where=sa.text("dealer is not null"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_import_map_dealer"), "account", ["dealer"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("supply_link", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "source",
                Ty("VARCHAR", 10),
                server_default=sa.text("'recorded'"),
                autoincrement=False,
                nullable=False,
            )
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_supply_link_source_known"), "source in ('recorded', 'observed', 'told')"
        )


def downgrade() -> None:
    with op.batch_alter_table("supply_link", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_supply_link_source_known"), type_="check")
        batch_op.drop_column("source")

    op.execute("delete from import_map where dealer is not null")
    with op.batch_alter_table("import_map", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_import_map_dealer"), type_="foreignkey")
        batch_op.drop_index(
            "ix_import_map_own_name",
            sqlite_where=sa.text("dealer is not null"),
            postgresql_where=sa.text("dealer is not null"),
        )
        batch_op.drop_index(
            "ix_import_map_name",
            sqlite_where=sa.text("dealer is null"),
            postgresql_where=sa.text("dealer is null"),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_import_map_unique_name"), ["kind", "name"])
        batch_op.drop_column("dealer")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_account_merged",
            sqlite_where=sa.text("merged_into is not null"),
            postgresql_where=sa.text("merged_into is not null"),
        )

    with op.batch_alter_table("duplicate_pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duplicate_pair_second"))
        batch_op.drop_index("ix_duplicate_pair_queue")

    op.drop_table("duplicate_pair")
    with op.batch_alter_table("duplicate_key", schema=None) as batch_op:
        batch_op.drop_index("ix_duplicate_key_text")
        batch_op.drop_index(batch_op.f("ix_duplicate_key_account"))

    op.drop_table("duplicate_key")
    with op.batch_alter_table("dealer_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dealer_code_account"))

    op.drop_table("dealer_code")
    with op.batch_alter_table("account_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_merge_kept"))
        batch_op.drop_index(
            "ix_account_merge_gone",
            sqlite_where=sa.text("undone_at is null"),
            postgresql_where=sa.text("undone_at is null"),
        )

    op.drop_table("account_merge")
