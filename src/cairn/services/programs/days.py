"""Read the day in an address."""

from datetime import date

__all__ = ["read_day"]


def read_day(text: str) -> date | None:
    """Read a day as it stands in an address, such as 2026-11-29.

    Args:
        text: the text.

    Returns:
        The day; None if it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
