"""Near misses that employees send in; quizzes that were edited here"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "near_miss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("photo", sa.String(40)),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("case_id", sa.Integer()),
        sa.Column("put_aside", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.CheckConstraint("NOT (put_aside AND case_id IS NOT NULL)", name=op.f("ck_near_miss_one_end")),
        sa.CheckConstraint("answer = '' OR answered_at IS NOT NULL", name=op.f("ck_near_miss_answer_has_its_time")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_near_miss_person_id")),
        sa.ForeignKeyConstraint(["case_id"], ["accident_case.id"], name=op.f("fk_near_miss_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_near_miss")),
        sa.UniqueConstraint("person_id", "token", name=op.f("uq_near_miss_person_id_token")),
        sa.UniqueConstraint("case_id", name=op.f("uq_near_miss_case_id")),
    )
    with op.batch_alter_table("quiz") as batch:
        batch.add_column(sa.Column("loaded_digest", sa.String(64)))
    op.execute("UPDATE quiz SET loaded_digest = digest")  # what stands was all made from files
    op.create_index("ix_near_miss_person_id_sent_at", "near_miss", ["person_id", "sent_at"])


def downgrade():
    with op.batch_alter_table("quiz") as batch:
        batch.drop_column("loaded_digest")
    op.drop_table("near_miss")
