"""Store the messages of an upload, so that a reply to one asks that upload."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "uploads",
        sa.Column("message_ids", sa.Text, nullable=False, server_default=""),
    )
