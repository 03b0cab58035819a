"""The one way the local stack fails: with a line that says what to do."""


class StackFailed(Exception):
    """The stack cannot start or has stopped; the message is one line for the person at the keyboard."""

    def __init__(self, message: str, log: tuple[str, ...] = ()) -> None:
        """`log`: the last lines of whoever died, to be shown below the message."""
        super().__init__(message)
        self.log = log
