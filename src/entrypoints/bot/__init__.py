"""What is said to our Telegram bot, asked for instead of delivered."""
