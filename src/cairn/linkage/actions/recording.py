"""A finished run is kept in one way, of real records or of a pilot's: its files, its disclosure and
its line of the record."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.linkage.making import INTEREST
from cairn.linkage.models import LinkageRun, LinkedPart, Shadow
from cairn.rules.agreement import Agreement
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import RECIPIENTS


@transaction.atomic
def record_run(
    run: LinkageRun, parts: Sequence[LinkedPart], decision: Decision, laws: Iterable[Agreement]
) -> LinkageRun:
    """Keeps a run that says what was found, with the decision that it rests on and its files. Of a
    pilot no number of people is disclosed: nobody is in it."""
    run.decision_id = decision.decision_id
    run.basis = decision.basis.value if decision.basis else ""
    run.agreements = list(decision.agreements)
    run.rows = sum(part.rows for part in parts)
    run.rows_unlinked = sum(part.rows_unlinked for part in parts)
    run.save(force_insert=True)
    if run.whole:
        Shadow.objects.filter(taken_at__isnull=True).update(taken_at=run.at)
    for part in parts:
        part.run = run
    LinkedPart.objects.bulk_create(parts)
    disclosures.record(
        decision,
        by=run.by,
        at=run.at,
        parties=frozenset(slug for terms in laws for slug in terms.organizations(*RECIPIENTS)),
        interest=INTEREST,
        people=None if run.pilot else run.people,
    )
    audit.record(
        "linkage.pilots_linked" if run.pilot else "linkage.linked",
        run,
        by=run.by,
        at=run.at,
        decision=decision,
        detail={
            "deliveries": run.deliveries,
            "records": run.records,
            "people": run.people,
            "weighed": run.looked_at,
        },
    )
    return run
