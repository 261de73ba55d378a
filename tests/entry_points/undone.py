"""Try something against the databases and take it back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Roll back whatever is written inside, in both databases."""
    outer = [transaction.atomic(database) for database in ("default", "identities")]
    for block in outer:
        # As for the transaction around a test: durable blocks may begin inside.
        block._from_testcase = True
    with outer[0], outer[1]:
        yield
        for database in ("default", "identities"):
            transaction.set_rollback(True, using=database)
