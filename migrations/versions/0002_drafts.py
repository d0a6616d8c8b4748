"""Drafts of cases: what authors are making, what is kept of it, and cases that were never published"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("accident_case") as batch:
        batch.alter_column("cause_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("year", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("loaded_digest", sa.String(64)))
    # What stands was all made from files; an edit in the browser comes later.
    op.execute(
        "UPDATE accident_case SET loaded_digest = (SELECT digest FROM case_revision "
        "WHERE case_revision.case_id = accident_case.id AND case_revision.number = accident_case.revision)"
    )
    with op.batch_alter_table("case_revision") as batch:
        batch.add_column(sa.Column("created_by", sa.Integer()))
        batch.create_foreign_key(op.f("fk_case_revision_created_by"), "person", ["created_by"], ["id"])
    op.create_table(
        "case_draft",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.Integer()),
        sa.ForeignKeyConstraint(["case_id"], ["accident_case.id"], name=op.f("fk_case_draft_case_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_case_draft_saved_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_draft")),
    )
    op.create_index(op.f("ix_case_draft_saved_at"), "case_draft", ["saved_at"])
    op.create_table(
        "kept_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("reason IN ('refused', 'removed')", name=op.f("ck_kept_text_reason")),
        sa.ForeignKeyConstraint(["case_id"], ["accident_case.id"], name=op.f("fk_kept_text_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_text_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_text")),
    )
    op.create_index(op.f("ix_kept_text_case_id"), "kept_text", ["case_id"])


def downgrade():
    op.drop_table("kept_text")
    op.drop_table("case_draft")
    with op.batch_alter_table("case_revision") as batch:
        batch.drop_constraint(op.f("fk_case_revision_created_by"), type_="foreignkey")
        batch.drop_column("created_by")
    # A case that was never published has no place in the earlier schema.
    unpublished = "(SELECT id FROM accident_case WHERE revision = 0)"
    op.execute(f"DELETE FROM case_text WHERE case_id IN {unpublished}")
    op.execute("DELETE FROM accident_case WHERE revision = 0")
    with op.batch_alter_table("accident_case") as batch:
        batch.drop_column("loaded_digest")
        batch.alter_column("year", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("cause_id", existing_type=sa.Integer(), nullable=False)
