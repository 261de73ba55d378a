from cairn.audit import log as audit
from django.utils import timezone
import pytest
@pytest.mark.django_db
def test_a(person):
    u = person()
    for _ in range(3):
        audit.record("x", u, by=u, at=timezone.now())
    assert audit.verify() == []
@pytest.mark.django_db(transaction=True)
def test_b(person):
    u = person()
    audit.record("x", u, by=u, at=timezone.now())
    assert audit.verify() == []
