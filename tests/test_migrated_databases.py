"""After a test that commits, the database is what it was before, with its guard.

A connection that an earlier test opened seals rows by the key of the test that writes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cairn.platform.accounts.models import User
from cairn.platform.audit.log import record_audit_event
from cairn.platform.audit.models import AuditLine
from cairn.platform.audit.seal_store import RowSealer


@pytest.mark.django_db(transaction=True)
def test_what_was_written_is_gone_and_the_guard_is_there(person: Callable[..., object]) -> None:
    kinds = ContentType.objects.count()
    for _ in range(2):
        person()
        record_audit_event("seen", "door:home", by=None, at=timezone.localtime())
        call_command("flush", interactive=False, verbosity=0)
        assert not User.objects.exists()
        assert not AuditLine.objects.exists()
    assert ContentType.objects.count() == kinds > 0
    record_audit_event("seen", "door:home", by=None, at=timezone.localtime())
    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {AuditLine._meta.db_table}")  # noqa: S608


def test_a_row_is_sealed_by_the_key_of_its_own_test(tmp_path: Path, settings: Any) -> None:
    of_a_connection = RowSealer()
    of_an_earlier_test = of_a_connection.digest_row("partners_organization", 1)
    settings.CAIRN_DATA = tmp_path / "data"
    settings.CAIRN_DATA.mkdir(mode=0o700)
    sealed = of_a_connection.digest_row("partners_organization", 1)
    assert sealed == RowSealer().digest_row("partners_organization", 1) != of_an_earlier_test
