"""Full-text search: an index of tokens, what a hit may quote, and the codes of a case"""

import json

import sqlalchemy as sa
from alembic import op

from cases import words

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

LANGUAGES = ("en", "zh")


def upgrade():
    with op.batch_alter_table("case_text") as batch:
        batch.drop_column("search")
        batch.add_column(sa.Column("open_text", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("hidden_text", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("case_text") as batch:
        batch.alter_column("open_text", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch.alter_column("hidden_text", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    op.create_table(
        "case_code",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["accident_case.id"], name=op.f("fk_case_code_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "kind", "code", name=op.f("pk_case_code")),
    )
    op.create_index(op.f("ix_case_code_kind_code"), "case_code", ["kind", "code"])
    if op.get_bind().dialect.name == "sqlite":
        # The tokens are made by words.py; this tokenizer takes them apart at the spaces and does nothing else to them.
        op.execute("CREATE VIRTUAL TABLE case_index USING fts5(title, tags, lead, body, forms, tokenize='ascii', prefix='1 2 3')")
    else:
        op.execute("CREATE TABLE case_index (case_id integer CONSTRAINT pk_case_index PRIMARY KEY, tokens tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_case_index_tokens ON case_index USING gin (tokens) WITH (fastupdate = off)")
    index_what_exists()


def index_what_exists():
    """By its published revision, or by its draft where there is none. words.py is pure: it stands on nothing that this migration changes."""
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    causes = connection.execute(sa.text("SELECT slug, name_en, name_zh FROM cause"))
    named = {("cause", slug): names for slug, *names in causes}
    named |= {(kind, code): names for kind, code, *names in connection.execute(sa.text("SELECT kind, code, name_en, name_zh FROM term"))}
    documents = connection.execute(
        sa.text(
            "SELECT c.id, coalesce(r.document, d.document) FROM accident_case c "
            "LEFT JOIN case_revision r ON r.case_id = c.id AND r.number = c.revision LEFT JOIN case_draft d ON d.case_id = c.id "
            "WHERE r.id IS NOT NULL OR d.case_id IS NOT NULL"
        )
    ).all()
    for case_id, found in documents:
        document = json.loads(found) if isinstance(found, str) else found
        codes = [key for key in words.codes(document) if key in named]
        names = {language: [named[key][place] for key in codes] for place, language in enumerate(LANGUAGES)}
        for language in LANGUAGES:
            connection.execute(
                sa.text("UPDATE case_text SET open_text = :open, hidden_text = :hidden WHERE case_id = :id AND language = :language"),
                {"open": words.open_text(document, names, language), "hidden": words.hidden_text(document, language), "id": case_id, "language": language},
            )
        kinds = [("substance", code) for code in set(document.get("substances") or ())] + [("also", code) for code in set(document.get("also") or ())]
        for kind, code in kinds:
            connection.execute(sa.text("INSERT INTO case_code VALUES (:id, :kind, :code)"), {"id": case_id, "kind": kind, "code": code})
        columns = words.columns(document, names)
        if sqlite:
            row = "INSERT INTO case_index (rowid, title, tags, lead, body, forms) VALUES (:id, :title, :tags, :lead, :body, :forms)"
            connection.execute(sa.text(row), {"id": case_id, **columns})
        else:
            row = "INSERT INTO case_index VALUES (:id, CAST(:tokens AS tsvector))"
            connection.execute(sa.text(row), {"id": case_id, "tokens": words.tsvector(columns)})


def downgrade():
    op.execute("DROP TABLE case_index")
    op.drop_table("case_code")
    with op.batch_alter_table("case_text") as batch:
        batch.add_column(sa.Column("search", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE case_text SET search = lower(title || ' ' || place || ' ' || lead || ' ' || open_text || ' ' || hidden_text)")
    with op.batch_alter_table("case_text") as batch:
        batch.alter_column("search", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch.drop_column("open_text")
        batch.drop_column("hidden_text")
