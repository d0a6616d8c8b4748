"""Team meetings: a case on one screen, a show of hands, and the roll"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("stated", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("minutes", sa.Integer()),
        sa.CheckConstraint("(ended_at IS NULL) = (minutes IS NULL)", name=op.f("ck_meeting_ended_has_minutes")),
        sa.ForeignKeyConstraint(["case_id"], ["accident_case.id"], name=op.f("fk_meeting_case_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_meeting_leader_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_meeting_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index("ix_meeting_leader_id", "meeting", ["leader_id", "id"])
    op.create_index(op.f("ix_meeting_department_id"), "meeting", ["department_id"])
    op.create_table(
        "meeting_hand",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(80), nullable=False),
        sa.Column("choice", sa.String(80), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        sa.CheckConstraint("hands BETWEEN 0 AND 999", name=op.f("ck_meeting_hand_hands")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_hand_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "decision", "choice", name=op.f("pk_meeting_hand")),
    )
    op.create_table(
        "meeting_person",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("completion_id", sa.Integer()),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_person_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_person_person_id")),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_meeting_person_completion_id")),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_meeting_person")),
        sa.UniqueConstraint("completion_id", name=op.f("uq_meeting_person_completion_id")),
    )


def downgrade():
    op.drop_table("meeting_person")
    op.drop_table("meeting_hand")
    op.drop_table("meeting")
