"""The Bot API of Telegram: chats, messages, updates, and the limits that it keeps bots to."""
