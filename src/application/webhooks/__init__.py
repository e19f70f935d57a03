"""MoySklad's webhooks: registering them, keeping what they deliver, and having runs follow."""
