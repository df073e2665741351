"""The tables of the store. A change here needs a new file in `migrations/versions`.

Times are whole seconds since 1970, which both databases store alike.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# The passages that answers quote, each once however many answers quote it.
passages = Table(
    "passages",
    metadata,
    Column("id", String(64), primary_key=True),  # see passage_store.py
    Column("body", Text, nullable=False),  # JSON, see snapshots.py
    Column("used_at", BigInteger, nullable=False),  # to the day
    Index("passages_used", "used_at"),
)

# A question with its answer.
turns = Table(
    "turns",
    metadata,
    # SQLite counts up by itself only in a column of this very type.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),  # a forum's topic, or 0
    Column("question_id", BigInteger, nullable=False),  # the message that asked
    Column("asked_at", BigInteger, nullable=False),
    Column("edited_at", BigInteger, nullable=False, server_default="0"),
    Column("question", Text, nullable=False),
    Column("found", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("body", Text, nullable=False),  # JSON, see snapshots.py
    Column("message_ids", Text, nullable=False),  # separated by spaces
    Column("source_view", Integer),  # the view whose source was sent last
    UniqueConstraint("chat_id", "question_id", name="turns_question"),
    Index("turns_place", "chat_id", "thread_id", "question_id"),
    Index("turns_asked", "asked_at"),
)

# The messages that an answer was sent as.
messages = Table(
    "messages",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column(
        "turn_id",
        BigInteger,
        ForeignKey("turns.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Index("messages_turn", "turn_id"),
)

# The ratings of answers, by person.
feedback = Table(
    "feedback",
    metadata,
    Column(
        "turn_id",
        BigInteger,
        ForeignKey("turns.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("person_id", BigInteger, primary_key=True),
    Column("is_right", Boolean, nullable=False),
)

# Unanswered questions that an operator has taken off the list.
ignored = Table(
    "ignored",
    metadata,
    Column(
        "turn_id",
        BigInteger,
        ForeignKey("turns.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
)

# The article that a chat location has chosen.
choices = Table(
    "choices",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("thread_id", BigInteger, primary_key=True),
    Column("slug", String(64), nullable=False),
    Column("chosen_at", BigInteger, nullable=False),
)

# Documents that users sent, as articles.
uploads = Table(
    "uploads",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # JSON, see snapshots.py
    Column("sent_at", BigInteger, nullable=False),
    # The messages that brought and confirmed it, separated by spaces.
    Column("message_ids", Text, nullable=False, server_default=""),
    Index("uploads_chat", "chat_id", "sent_at"),
    Index("uploads_sent", "sent_at"),
    sqlite_autoincrement=True,  # a number that was deleted never comes again
)

# Updates received: those not dealt with yet, and the numbers of the others.
inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # as Telegram sent it; "" once dealt with
    Column("owner", String(32), nullable=False),  # the process that deals with it
    Column("alive_at", BigInteger, nullable=False),  # last renewal of its lease
    Column("tries", Integer, nullable=False, server_default="1"),  # to deal with it
)
