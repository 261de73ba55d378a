"""After a test that commits, the database is what it was before, with its guard."""

from collections.abc import Callable

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cairn.platform.accounts.models import User
from cairn.platform.audit.log import record_audit_event
from cairn.platform.audit.models import AuditLine


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
