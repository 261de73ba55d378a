"""Choose the deliveries of a linkage run, make its linked files, and store the finished run.

Runs on real records and runs on pilots' synthetic records both use this module.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import pyarrow as pa
from django.utils import timezone

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart, Shadow
from cairn.data.identity.runs.delivery_records import LinkedDelivery
from cairn.data.identity.storage import index_counts
from cairn.data.intake.api import list_current_deliveries, load_agreement_by_reference
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.policy.engine import Decision, Permit, digest_facts
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.questions import decide_agreement_in_force, may_match_under_agreement
from cairn.policy.vocabulary import RECIPIENT_ROLES
from cairn.warehouse import pipeline
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["NothingToLink"]

_METHOD_VERSION: Final = "the person index, 2"
"""Change this when the method changes, so that the same deliveries are then linked again."""

LINKAGE_INTEREST: Final = (
    "To find which records belong to the same student, for the purposes of these agreements"
)


class NothingToLink(Exception):
    """No delivery is ready, or no agreement of one is in force."""


def list_linkable_deliveries(
    actor: Actor, at: datetime, *, matched: Collection[str] = (), pilot: bool = False
) -> tuple[list[LinkedDelivery], int]:
    """List the deliveries of real, or of synthetic, data with an agreement in force.

    What the user may not match is left out, such as records that a program alone receives. If it
    was matched before, it is listed, so that the run is refused: without it, people would be lost.

    Args:
        actor: the user who matches.
        at: the current time.
        matched: references of the agreements of the run before.
        pilot: list synthetic deliveries instead of real ones.
    Returns:
        The deliveries, and how many ready ones were left out.
    Raises:
        NothingToLink: there are none.
    """
    ready = [delivery for delivery in list_current_deliveries() if delivery.synthetic is pilot]
    on, references = timezone.localdate(at), {delivery.agreement for delivery in ready}
    in_force = [
        terms
        for terms in map(load_agreement_by_reference, references)
        if bool(terms.pilot) is pilot and decide_agreement_in_force(terms, on).allowed
    ]
    usable = {
        terms.reference
        for terms in in_force
        if terms.reference in matched
        or may_match_under_agreement(terms, actor, on, pilot=pilot).allowed
    }
    if not usable:
        # All are listed, so that the run is refused with the reasons of each.
        usable = {terms.reference for terms in in_force}
    sources = [
        LinkedDelivery(
            delivery.delivery,
            delivery.organization,
            delivery.agreement,
            delivery.record,
            FileRef.parse(delivery.conformed_ref),
        )
        for delivery in ready
        if delivery.agreement in usable
    ]
    if not sources:
        raise NothingToLink(
            "There is nothing to match: no accepted data submission is under an agreement in "
            "force. Upload a file first."
        )
    return sources, len(ready) - len(sources)


def hash_run_inputs(deliveries: Sequence[LinkedDelivery], permit: Permit) -> str:
    """Compute a hash of these deliveries and of what linkage may read of them today.

    Args:
        deliveries: the deliveries.
        permit: the permit to link.
    Returns:
        64 hexadecimal digits.
    """
    lines = sorted(
        f"{delivery.organization} {delivery.agreement} {delivery.ref}" for delivery in deliveries
    )
    family_choices = digest_facts(permit.rows, permit.kept_back, permit.shut)
    text = "\n".join(
        [
            _METHOD_VERSION,
            *lines,
            *sorted(permit.elements),
            family_choices,
            index_counts.hash_current_decisions(),
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()


def hash_delivery_input(delivery: LinkedDelivery, permit: Permit) -> str:
    """Compute a hash of what linkage may read of one delivery.

    Args:
        delivery: the delivery.
        permit: the permit to link.
    Returns:
        The hash.
    """
    delivery_elements = sorted(
        element for element in permit.elements if element.startswith(f"{delivery.record}.")
    )
    withheld = permit.shut.get(delivery.agreement)
    family_choices = digest_facts(permit.rows.get(delivery.agreement), permit.kept_back, withheld)
    return digest_facts(_METHOD_VERSION, str(delivery.ref), delivery_elements, family_choices)


def make_linked_file(
    store: FileStore,
    delivery: LinkedDelivery,
    identifying_fields: pa.Table | None,
    people: Mapping[str, str],
    permit: Permit,
    existing_files: Mapping[str, FileRef],
) -> LinkedPart:
    """Make the linked file of one delivery, or take the one that exists.

    Args:
        store: the file store.
        delivery: the delivery.
        identifying_fields: its identifying fields, or None for a file without children.
        people: person ID by record key and anchor.
        permit: the permit to link.
        existing_files: what `find_linked_files` found when the run began. It opens every
            manifest of the store, so a run calls it once.
    Returns:
        The row of the linked file, not saved.
    """
    rows = store.manifest(delivery.ref).rows
    crosswalk = pipeline.build_crosswalk(identifying_fields, people, rows=rows)
    name = pipeline.compute_linked_file_key(delivery.ref, crosswalk, permit, delivery.rows)
    ref = existing_files.get(name) or pipeline.split_identifiers(
        store,
        delivery.ref,
        crosswalk,
        source=delivery.organization,
        permit=permit,
        rows=delivery.rows,
    )
    return LinkedPart(
        delivery=delivery.delivery,
        organization=delivery.organization,
        agreement=delivery.agreement,
        record=delivery.record,
        file=str(ref),
        seen=hash_delivery_input(delivery, permit),
        rows=0 if identifying_fields is None else rows,
        rows_unlinked=0 if identifying_fields is None else crosswalk.column("person_id").null_count,
    )


def store_linkage_run(
    run: LinkageRun,
    parts: Sequence[LinkedPart],
    decision: Decision,
    agreements: Iterable[AgreementFact],
) -> Mapping[str, int]:
    """Store a finished run with its files and log its disclosure, inside a transaction.

    The audit line is left to the action, in the same transaction. A pilot's disclosure has no
    number of people, since it contains no real person.

    Args:
        run: the run with its counts.
        parts: its linked files.
        decision: the decision that allowed the run.
        agreements: the agreements of its deliveries.
    Returns:
        The details for the audit line.
    """
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
    record_disclosure(
        decision,
        by=run.by,
        at=run.at,
        parties=frozenset(
            slug for terms in agreements for slug in terms.list_organizations(*RECIPIENT_ROLES)
        ),
        interest=LINKAGE_INTEREST,
        people=None if run.pilot else run.people,
    )
    return {
        "deliveries": run.deliveries,
        "records": run.records,
        "people": run.people,
        "weighed": run.looked_at,
    }
