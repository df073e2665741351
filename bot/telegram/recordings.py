"""Recordings in Telegram's messages: voice messages, round videos, audio files."""

from telegram import Audio, Document, Message, VideoNote, Voice

Attachment = Voice | VideoNote | Audio | Document


def recording_of(message: Message) -> Attachment | None:
    """Return the recording that a message brings, also as a file; None without."""
    document = message.document
    if document and not (document.mime_type or "").startswith("audio/"):
        document = None
    return message.voice or message.video_note or message.audio or document


def seconds_of(recording: Attachment) -> float:
    """Return how long a recording is, as Telegram tells; 0 if it does not."""
    if isinstance(recording, Document):
        return 0.0
    # `duration` warns that it will be of another type.
    return recording._duration.total_seconds()
