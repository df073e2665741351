"""Add the tables of passages, turns, their messages, feedback, and the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "passages",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
    )
    op.create_index("passages_used", "passages", ["used_at"])
    op.create_table(
        "turns",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
        ),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("question_id", sa.BigInteger, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("found", sa.Boolean, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("message_ids", sa.Text, nullable=False),
        sa.Column("source_view", sa.Integer),
        sa.UniqueConstraint("chat_id", "question_id", name="turns_question"),
    )
    op.create_index("turns_place", "turns", ["chat_id", "thread_id", "question_id"])
    op.create_index("turns_asked", "turns", ["asked_at"])
    op.create_table(
        "messages",
        sa.Column("chat_id", sa.BigInteger, primary_key=True),
        sa.Column("message_id", sa.BigInteger, primary_key=True),
        sa.Column(
            "turn_id",
            sa.BigInteger,
            sa.ForeignKey("turns.id", ondelete="CASCADE"),
            nullable=False,
        ),
    )
    op.create_index("messages_turn", "messages", ["turn_id"])
    op.create_table(
        "feedback",
        sa.Column(
            "turn_id",
            sa.BigInteger,
            sa.ForeignKey("turns.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("person_id", sa.BigInteger, primary_key=True),
        sa.Column("is_right", sa.Boolean, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("alive_at", sa.BigInteger, nullable=False),
    )
