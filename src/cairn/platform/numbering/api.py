"""Public face of cairn.platform.numbering: what other packages may import."""

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import IntegrityError, models, transaction

__all__ = ["create_numbered"]

Row = TypeVar("Row", bound=models.Model)

_MAX_ATTEMPTS: Final = 5


def create_numbered(create: Callable[[], Row]) -> Row:
    """Create a row with the number after the highest, also while others create rows.

    Two writers that read the same highest number choose the same next one, and a unique
    constraint refuses the second. The second then chooses again; its surrounding transaction goes
    on, since each attempt has a savepoint of its own.

    Args:
        create: chooses the number and creates the row; called again after a conflict.

    Returns:
        The row.

    Raises:
        IntegrityError: another constraint refuses the row, or conflicts do not end.
    """
    for _attempt in range(_MAX_ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return create()
        except IntegrityError:
            continue
    with transaction.atomic():
        return create()
