"""Count the attempts at an update, so that one that ends the bot is dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "inbox", sa.Column("tries", sa.Integer, nullable=False, server_default="1")
    )
