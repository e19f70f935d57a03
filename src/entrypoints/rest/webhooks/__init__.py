"""Where MoySklad's webhooks arrive."""
