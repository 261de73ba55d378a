"""The record of an agreement: its newest text, every earlier one beside it, its parties."""

from datetime import datetime

from cairn.accounts.models import User
from cairn.agreements import facts
from cairn.agreements.models import Agreement, AgreementVersion
from cairn.partners.models import Organization
from cairn.rules import agreement as law
from cairn.rules.vocabulary import AgreementState


def keep(text: str, terms: law.Agreement, *, by: User, at: datetime) -> Agreement:
    """The row of an agreement with this as its newest text, and the version beside it."""
    row, new = Agreement.objects.get_or_create(
        reference=terms.reference,
        defaults={
            "title": terms.title,
            "text": text,
            "joins": terms.joins,
            "pilot": bool(terms.pilot),
        },
    )
    if not new:
        row.title, row.text, row.version = terms.title, text, row.version + 1
        row.joins, row.state = terms.joins, AgreementState.SIGNED.value
        row.save(update_fields=["title", "text", "version", "joins", "state"])
    AgreementVersion.objects.create(
        agreement=row,
        version=row.version,
        text=text,
        digest=facts.digest(text),
        loaded_by=by,
        loaded_at=at,
    )
    slugs = {party.organization for party in terms.parties}
    row.parties.set(Organization.objects.filter(slug__in=slugs))
    return row
