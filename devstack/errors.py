"""What can go wrong while the stack starts, told so that the reader knows what to do."""


class StackError(RuntimeError):
    """The stack cannot start or stop as promised; the message says what to do about it."""


class ProcessDied(StackError):
    """A supervised process ended by itself; the message carries the tail of its log."""

    def __init__(self, name: str, code: int, tail: str) -> None:
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        super().__init__(f"Process {name!r} {how}. The end of its log:\n{tail or '(it wrote nothing)'}")
        self.name = name
        self.code = code
