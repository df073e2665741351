"""The reader's side: the conversation, and its two faces, Telegram and the console."""
