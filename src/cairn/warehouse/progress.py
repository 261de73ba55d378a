"""Report how far long work is, to a page, a terminal or no one."""

from typing import Protocol

__all__ = ["NullProgress", "Progress"]


class Progress(Protocol):
    """Receives how far long work is: a row shown on a page, or a bar in a terminal."""

    def step(self, name: str, total: int = 0) -> None:
        """Begin a step.

        Args:
            name: name of the step, as people see it.
            total: number of units; 0 if unknown.
        """

    def advance(self, units: int = 1) -> None:
        """Report that more units of the step are done.

        Args:
            units: how many more.
        """


class NullProgress:
    """Progress that is not shown."""

    def step(self, name: str, total: int = 0) -> None:
        """Show nothing."""

    def advance(self, units: int = 1) -> None:
        """Show nothing."""
