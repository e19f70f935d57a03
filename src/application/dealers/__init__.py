"""Dealers: the directory, chats, and what is told there."""
