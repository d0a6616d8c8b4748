"""Who wrote a revision of a question, what is found of it, and changes of many questions that can be undone"""

import hashlib
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

LANGUAGES = ("en", "zh")


def upgrade():
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("stem", sa.String(32), nullable=False, server_default=""))
        batch.add_column(sa.Column("missing", sa.String(8), nullable=False, server_default=""))
    with op.batch_alter_table("question") as batch:
        for column in ("stem", "missing"):
            batch.alter_column(column, server_default=None)
    op.create_index("ix_question_changed_at_id", "question", ["changed_at", "id"])
    op.create_index("ix_question_retired_changed_at_id", "question", ["retired", "changed_at", "id"])
    op.create_index("ix_question_stem", "question", ["stem"])
    with op.batch_alter_table("question_revision") as batch:
        batch.add_column(sa.Column("created_by", sa.Integer()))
        batch.create_foreign_key(op.f("fk_question_revision_created_by"), "person", ["created_by"], ["id"])
    op.create_table(
        "bank_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(12), nullable=False),
        sa.Column("after", sa.String(80)),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bank_edit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_edit")),
    )
    op.create_index("ix_bank_edit_person_id", "bank_edit", ["person_id"])
    _describe_questions()


def _describe_questions():
    """The digest of each text, as quizzes/rules/writing.py makes it at this revision, and the languages in which a question of a case lacks something."""
    question = sa.table("question", *(sa.column(name) for name in ("id", "revision", "stem", "missing")))
    said = sa.table("question_revision", sa.column("question_id"), sa.column("number"), sa.column("content", sa.JSON()))
    standing = sa.and_(said.c.question_id == question.c.id, said.c.number == question.c.revision)
    for row in op.get_bind().execute(sa.select(question.c.id, said.c.content).join_from(question, said, standing)).fetchall():
        text = next((row.content["text"][language] for language in LANGUAGES if row.content["text"].get(language)), "")
        plain = re.sub(r"[\W_]+", "", " ".join(unicodedata.normalize("NFKC", text).split()).casefold())
        pairs = [row.content["text"], row.content["feedback"], *(option[key] for option in row.content["options"] for key in ("text", "feedback"))]
        lacking = {language for pair in pairs if any(pair.values()) for language in LANGUAGES if not pair.get(language)}
        values = {
            "stem": hashlib.sha256(plain.encode()).hexdigest()[:32] if plain else "",
            "missing": " ".join(language for language in LANGUAGES if language in lacking),
        }
        op.execute(question.update().where(question.c.id == row.id).values(**values))


def downgrade():
    op.drop_table("bank_edit")
    with op.batch_alter_table("question_revision") as batch:
        batch.drop_constraint(op.f("fk_question_revision_created_by"), type_="foreignkey")
        batch.drop_column("created_by")
    op.drop_index("ix_question_stem", "question")
    op.drop_index("ix_question_retired_changed_at_id", "question")
    op.drop_index("ix_question_changed_at_id", "question")
    with op.batch_alter_table("question") as batch:
        batch.drop_column("missing")
        batch.drop_column("stem")
