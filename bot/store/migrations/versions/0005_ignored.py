"""Add the table of unanswered questions that an operator has taken off the list."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ignored",
        sa.Column(
            "turn_id",
            sa.BigInteger,
            sa.ForeignKey("turns.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
    )
