"""Try something against the databases and take it back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Roll back whatever is written inside, in both databases."""
    with transaction.atomic("default"), transaction.atomic("identities"):
        yield
        for database in ("default", "identities"):
            transaction.set_rollback(True, using=database)
