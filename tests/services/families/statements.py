"""A statement that a family placed in its child's record."""

from datetime import timedelta

from django.utils import timezone

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import seal_fields
from cairn.policy.vocabulary.families import AmendmentState
from cairn.services.families.models import AmendmentRequest


def place_statement(child: Child, *records: str, text: str = "It was my niece.") -> None:
    """Store a statement about some record types of one child; about the whole record for none."""
    now = timezone.localtime()
    day = now.date() - timedelta(days=1)
    AmendmentRequest.objects.create(
        child=child,
        state=AmendmentState.STATEMENT_PLACED.value,
        sealed=seal_fields(child.key, {"name": "Rosa Alba", "relation": "parent"}),
        asked_at=now,
        asked_on=day,
        due_on=now.date(),
        contested=list(records),
        statement_on=day,
        sealed_statement=seal_fields(child.key, {"name": "Rosa Alba", "statement": text}),
    )
    Child.objects.filter(pk=child.pk).update(statement_on=day)
