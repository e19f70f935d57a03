"""Why a formula is refused, or has no value; in a few words that go into the refusal's details."""


class Unreadable(Exception):
    """The expression is not one of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unworkable(Exception):
    """The formula has no value for this row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
