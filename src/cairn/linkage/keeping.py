"""A finished run is kept in one way, of real records or of a pilot's: what it rests on, its files
and its disclosure. The line of the record is the action's own, in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence

from cairn.disclosures import log as disclosures
from cairn.linkage.making import INTEREST
from cairn.linkage.models import LinkageRun, LinkedPart, Shadow
from cairn.rules.agreement import Agreement
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import RECIPIENTS


def keep_run(
    run: LinkageRun, parts: Sequence[LinkedPart], decision: Decision, laws: Iterable[Agreement]
) -> Mapping[str, int]:
    """Keeps a run that says what was found; returns what its line of the record tells. Of a pilot
    no number of people is disclosed: nobody is in it. Called inside a transaction."""
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
    return {
        "deliveries": run.deliveries,
        "records": run.records,
        "people": run.people,
        "weighed": run.looked_at,
    }
