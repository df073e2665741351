"""Add the tables of chosen articles and of uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "choices",
        sa.Column("chat_id", sa.BigInteger, primary_key=True),
        sa.Column("thread_id", sa.BigInteger, primary_key=True),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("chosen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "uploads",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
        ),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sent_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("uploads_chat", "uploads", ["chat_id", "sent_at"])
    op.create_index("uploads_sent", "uploads", ["sent_at"])
