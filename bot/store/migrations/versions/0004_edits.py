"""Store the time of an edit, so that a late original does not replace it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "turns",
        sa.Column("edited_at", sa.BigInteger, nullable=False, server_default="0"),
    )
