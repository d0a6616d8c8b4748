"""The question bank, quizzes of their own, practice and certainty, marks that people change, jobs"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

SCORED = "(state IN ('open', 'marking')) = (score IS NULL)"
LIMITS = "(time_limit IS NULL OR time_limit > 0) AND (attempts IS NULL OR attempts > 0)"
OPEN = sa.text("state = 'open'")


def upgrade():
    op.create_table(
        "question_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer()),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["question_category.id"], name=op.f("fk_question_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_category")),
        sa.UniqueConstraint("parent_id", "name_en", "name_zh", name=op.f("uq_question_category_parent_id_name_en_name_zh")),
    )
    op.create_index("ix_question_category_path", "question_category", ["path"])
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("kind", sa.String(12), nullable=False, server_default="single"))
        batch.add_column(sa.Column("title", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("words", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("category_id", sa.Integer()))
        batch.add_column(sa.Column("cause", sa.String(80)))
        batch.add_column(sa.Column("case_slug", sa.String(80)))
        batch.add_column(sa.Column("difficulty", sa.Integer()))
        batch.add_column(sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("changed_at", sa.DateTime()))
        batch.create_check_constraint(op.f("ck_question_difficulty"), "difficulty BETWEEN 1 AND 5")
        batch.create_foreign_key(op.f("fk_question_category_id"), "question_category", ["category_id"], ["id"])
    with op.batch_alter_table("question") as batch:
        for column in ("kind", "title", "words", "retired"):
            batch.alter_column(column, server_default=None)
    op.create_index("ix_question_category_id", "question", ["category_id"])
    op.create_index("ix_question_case_slug", "question", ["case_slug"])
    op.create_table(
        "question_tag",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_tag_question_id")),
        sa.PrimaryKeyConstraint("question_id", "tag", name=op.f("pk_question_tag")),
    )
    op.create_index("ix_question_tag_tag", "question_tag", ["tag"])
    _describe_questions()

    with op.batch_alter_table("quiz") as batch:
        batch.drop_constraint(op.f("ck_quiz_limits"), type_="check")
        batch.alter_column("time_limit", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("attempts", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("cause", existing_type=sa.String(80), nullable=True)
        batch.add_column(sa.Column("purpose", sa.String(10), nullable=False, server_default="case"))
        batch.add_column(sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("sections", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column("draft", sa.JSON()))
        batch.add_column(sa.Column("saves", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_quiz_limits"), LIMITS)
        batch.create_check_constraint(op.f("ck_quiz_purpose"), "purpose IN ('case', 'own', 'mistakes')")
    with op.batch_alter_table("quiz") as batch:
        for column in ("purpose", "settings", "sections", "published", "saves"):
            batch.alter_column(column, server_default=None)
    op.create_table(
        "quiz_slot",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer()),
        sa.Column("draw", sa.JSON()),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.CheckConstraint("(question_id IS NULL) = (draw IS NOT NULL)", name=op.f("ck_quiz_slot_question_or_draw")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_slot_quiz_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_quiz_slot_question_id")),
        sa.PrimaryKeyConstraint("quiz_id", "position", name=op.f("pk_quiz_slot")),
        sa.UniqueConstraint("quiz_id", "question_id", name=op.f("uq_quiz_slot_quiz_id_question_id")),
    )
    op.create_index("ix_quiz_slot_question_id", "quiz_slot", ["question_id"])
    op.execute(
        "INSERT INTO quiz_slot (quiz_id, position, question_id, marks, section) SELECT quiz_id, position, question_id, marks, 0 FROM quiz_question"
    )
    op.drop_table("quiz_question")
    op.create_table(
        "quiz_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("department_id", sa.Integer()),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime()),
        sa.Column("closes_at", sa.DateTime()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) = (department_id IS NOT NULL)", name=op.f("ck_quiz_override_person_or_department")),
        sa.CheckConstraint("extra_minutes >= 0 AND extra_attempts >= 0", name=op.f("ck_quiz_override_more_not_less")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_override_quiz_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quiz_override_person_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_quiz_override_department_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_quiz_override_granted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_override")),
        sa.UniqueConstraint("quiz_id", "person_id", name=op.f("uq_quiz_override_quiz_id_person_id")),
        sa.UniqueConstraint("quiz_id", "department_id", name=op.f("uq_quiz_override_quiz_id_department_id")),
    )
    _change_attempts()
    op.create_table(
        "answer_try",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(60), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id", "number"], ["attempt_question.attempt_id", "attempt_question.number"], name=op.f("fk_answer_try_attempt_id_number")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "number", "place", name=op.f("pk_answer_try")),
    )
    op.create_table(
        "mark_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("before", sa.String(60)),
        sa.Column("after", sa.String(60)),
        sa.Column("revision_before", sa.Integer()),
        sa.Column("revision_after", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("action IN ('manual', 'regrade', 'reopen')", name=op.f("ck_mark_change_action")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_mark_change_attempt_id")),
        sa.ForeignKeyConstraint(["revision_before"], ["question_revision.id"], name=op.f("fk_mark_change_revision_before")),
        sa.ForeignKeyConstraint(["revision_after"], ["question_revision.id"], name=op.f("fk_mark_change_revision_after")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_mark_change_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_change")),
    )
    op.create_index("ix_mark_change_attempt_id", "mark_change", ["attempt_id"])
    op.add_column("completion", sa.Column("corrects", sa.Integer()))  # in place: the triggers of the table must stay
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON()),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_job_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )


def _describe_questions():
    """What is searched of a question, and its case, which its name begins with."""
    question = sa.table("question", *(sa.column(name) for name in ("id", "uid", "revision", "kind", "words", "case_slug")), sa.column("changed_at", sa.DateTime()))
    said = sa.table("question_revision", sa.column("question_id"), sa.column("number"), sa.column("content", sa.JSON()), sa.column("created_at", sa.DateTime()))
    rows = op.get_bind().execute(
        sa.select(question.c.id, question.c.uid, said.c.content, said.c.created_at).join_from(
            question, said, sa.and_(said.c.question_id == question.c.id, said.c.number == question.c.revision)
        )
    )
    for row in rows.fetchall():
        texts = [row.content["text"], *(option["text"] for option in row.content["options"])]
        words = "\n".join(text for pair in texts for text in pair.values())
        values = {"kind": row.content["kind"], "words": words, "case_slug": row.uid.rpartition("/")[0], "changed_at": row.created_at}
        op.execute(question.update().where(question.c.id == row.id).values(**values))
    op.execute("UPDATE question SET cause = (SELECT quiz.cause FROM quiz WHERE quiz.slug = question.case_slug)")


def _change_attempts():
    op.drop_index("uq_attempt_one_open", "attempt")
    op.drop_index("ix_attempt_open_until", "attempt")
    with op.batch_alter_table("attempt") as batch:
        batch.drop_constraint(op.f("ck_attempt_open_or_scored"), type_="check")
        batch.alter_column("time_limit", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("attempts_allowed", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("ends_at", existing_type=sa.DateTime(), nullable=True)
        batch.alter_column("cause", existing_type=sa.String(80), nullable=True)
        batch.add_column(sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("sections", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("reached", sa.Integer(), nullable=False, server_default="1"))
        batch.create_check_constraint(op.f("ck_attempt_open_or_scored"), SCORED)
    with op.batch_alter_table("attempt") as batch:
        for column in ("settings", "sections", "reached"):
            batch.alter_column(column, server_default=None)
    op.create_index("uq_attempt_one_open", "attempt", ["quiz_id", "person_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_attempt_open_until", "attempt", ["ends_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    with op.batch_alter_table("attempt_question") as batch:
        batch.add_column(sa.Column("section", sa.Integer(), nullable=False, server_default="0"))
        batch.alter_column("earned", existing_type=sa.String(20), type_=sa.String(60))
    with op.batch_alter_table("attempt_question") as batch:
        batch.alter_column("section", server_default=None)
    op.create_index("ix_attempt_question_question_revision_id", "attempt_question", ["question_revision_id"])
    with op.batch_alter_table("answer") as batch:
        batch.add_column(sa.Column("certainty", sa.Integer()))
        batch.add_column(sa.Column("device", sa.String(16)))
        batch.create_check_constraint(op.f("ck_answer_certainty"), "certainty BETWEEN 1 AND 3")


def downgrade():
    op.drop_table("job")
    op.drop_column("completion", "corrects")
    op.drop_table("mark_change")
    op.drop_table("answer_try")
    with op.batch_alter_table("answer") as batch:
        batch.drop_constraint(op.f("ck_answer_certainty"), type_="check")
        batch.drop_column("device")
        batch.drop_column("certainty")
    op.drop_index("ix_attempt_question_question_revision_id", "attempt_question")
    with op.batch_alter_table("attempt_question") as batch:
        batch.drop_column("section")
        batch.alter_column("earned", existing_type=sa.String(60), type_=sa.String(20))
    op.drop_index("uq_attempt_one_open", "attempt")
    op.drop_index("ix_attempt_open_until", "attempt")
    # What the earlier release cannot say is said as near as it can be.
    op.execute("UPDATE attempt SET state = 'submitted', score = 0, passed = false WHERE state = 'marking'")
    op.execute("UPDATE attempt SET time_limit = coalesce(time_limit, 600), attempts_allowed = coalesce(attempts_allowed, 99)")
    op.execute("UPDATE attempt SET ends_at = coalesce(ends_at, submitted_at, started_at), cause = coalesce(cause, '')")
    with op.batch_alter_table("attempt") as batch:
        batch.drop_constraint(op.f("ck_attempt_open_or_scored"), type_="check")
        for column, kind in (("time_limit", sa.Integer()), ("attempts_allowed", sa.Integer()), ("ends_at", sa.DateTime()), ("cause", sa.String(80))):
            batch.alter_column(column, existing_type=kind, nullable=False)
        for column in ("settings", "sections", "reached"):
            batch.drop_column(column)
        batch.create_check_constraint(op.f("ck_attempt_open_or_scored"), "(state = 'open') = (score IS NULL)")
    op.create_index("uq_attempt_one_open", "attempt", ["quiz_id", "person_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_attempt_open_until", "attempt", ["ends_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_table("quiz_override")
    op.create_table(
        "quiz_question",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_quiz_question_question_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_question_quiz_id")),
        sa.PrimaryKeyConstraint("quiz_id", "question_id", name=op.f("pk_quiz_question")),
        sa.UniqueConstraint("quiz_id", "position", name=op.f("uq_quiz_question_quiz_id_position")),
    )
    op.execute(
        "INSERT INTO quiz_question (quiz_id, question_id, position, marks) "
        "SELECT quiz_id, question_id, position, marks FROM quiz_slot WHERE question_id IS NOT NULL"
    )
    op.drop_table("quiz_slot")
    op.execute("UPDATE quiz SET time_limit = coalesce(time_limit, 600), attempts = coalesce(attempts, 99), cause = coalesce(cause, '')")
    with op.batch_alter_table("quiz") as batch:
        batch.drop_constraint(op.f("ck_quiz_limits"), type_="check")
        batch.drop_constraint(op.f("ck_quiz_purpose"), type_="check")
        for column, kind in (("time_limit", sa.Integer()), ("attempts", sa.Integer()), ("cause", sa.String(80))):
            batch.alter_column(column, existing_type=kind, nullable=False)
        for column in ("purpose", "settings", "sections", "published", "draft", "saves"):
            batch.drop_column(column)
        batch.create_check_constraint(op.f("ck_quiz_limits"), "time_limit > 0 AND attempts > 0")
    op.drop_table("question_tag")
    op.drop_index("ix_question_category_id", "question")
    op.drop_index("ix_question_case_slug", "question")
    with op.batch_alter_table("question") as batch:
        batch.drop_constraint(op.f("fk_question_category_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_question_difficulty"), type_="check")
        for column in ("kind", "title", "words", "category_id", "cause", "case_slug", "difficulty", "retired", "changed_at"):
            batch.drop_column(column)
    op.drop_table("question_category")
