"""Logs of row changes in both databases of the tests, so that results are kept."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from cairn.platform.actions import kept_results
from cairn.platform.actions.api import forget_kept_results
from cairn.platform.audit import row_seals


@contextmanager
def keeping_results() -> Iterator[None]:
    """Within the block, results are kept. SQLite has the logs already, PostgreSQL gets them."""
    stores = [row_seals._open_store(alias) for alias in connections]
    made = [store for store in stores if not store.has_log()]
    for store in made:
        store.create_log()
        for table in store.list_tables(row_seals._name_sealed_tables(store.alias)):
            store.create_triggers(table)
    for store in stores:
        with transaction.atomic(using=store.alias):
            store.append_lines([("partners_organization", 0, b"")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_results, "has_row_log", lambda _alias: True)
        forget_kept_results()
        yield
    forget_kept_results()
    for store in made:
        store.drop_triggers()
        with connections[store.alias].cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS row_change_log, row_change_notes")
