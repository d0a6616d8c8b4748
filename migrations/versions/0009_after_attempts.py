"""What a person has to mark, and what somebody got wrong, are found without reading every attempt"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

MARKING = sa.text("state = 'marking'")


def upgrade():
    op.create_index("ix_attempt_person_id", "attempt", ["person_id"])
    op.create_index("ix_attempt_marking", "attempt", ["submitted_at"], sqlite_where=MARKING, postgresql_where=MARKING)


def downgrade():
    op.drop_index("ix_attempt_marking", "attempt")
    op.drop_index("ix_attempt_person_id", "attempt")
