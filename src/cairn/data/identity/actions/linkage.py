"""Link deliveries: take in new ones, update the index, separate identifiers and attributes.

Also measure the accuracy of the index, and find what linking all records again would change.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import pyarrow as pa
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.data.identity.index import encoded_people, update
from cairn.data.identity.index.record_erasure import erase_records
from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart, Shadow
from cairn.data.identity.models.person_index import Link
from cairn.data.identity.relationships import address_history, relationship_update
from cairn.data.identity.review import accuracy, sampling
from cairn.data.identity.runs import delivery_records, run_outputs
from cairn.data.identity.storage import index_counts, statements
from cairn.data.intake.api import find_superseded_deliveries, load_agreement_by_reference
from cairn.matching.standardize import remove_social_security_numbers
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import (
    ActionResult,
    action,
    has_role_for,
    load_current_actor,
    long_action,
)
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.platform.tasks.api import NullProgress, Progress
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import may_match_records, may_open_page, may_review_possible_matches
from cairn.policy.vocabulary import Action
from cairn.warehouse.pipeline import find_linked_files
from cairn.warehouse.schema import ENCODED_RECORD_TYPE
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["link_current_deliveries"]


def link_current_deliveries(
    *, by: User, at: datetime, progress: Progress | None = None, whole: bool = False
) -> LinkageRun:
    """Link every delivery that counts now. For unchanged deliveries, return the existing run.

    Only new and changed deliveries are read, and only records near them are weighed; all of them on
    the first
    run, and if `whole` asks for it. If a run is interrupted, the next one finishes it: the index
    knows which
    records were not examined yet, and files already made are found again.

    Args:
        by: the user who links.
        at: the current time.
        progress: receives the steps.
        whole: weigh all records with a new model.
    Returns:
        The run.
    Raises:
        NothingToLink: no delivery is ready under an agreement in force.
    """
    reporter = progress or NullProgress()
    store = open_file_store()
    on = timezone.localdate(at)
    actor = load_current_actor(by)
    may_open_page(Action.LINK, actor, on=on).require()
    previous_run = LinkageRun.objects.filter(pilot=False).first()
    previous_parts = list(previous_run.parts.all()) if previous_run else []
    deliveries, left_out = run_outputs.list_linkable_deliveries(
        actor, at, matched={part.agreement for part in previous_parts}
    )
    agreements = [
        load_agreement_by_reference(reference)
        for reference in sorted({delivery.agreement for delivery in deliveries})
    ]
    row_facts = delivery_records.build_row_facts(store, deliveries, agreements, on)
    decision = may_match_records(
        agreements,
        delivery_records.list_identifying_elements(store, deliveries),
        actor,
        on,
        rows=row_facts,
    )
    permit = decision.require()
    inputs = run_outputs.hash_run_inputs(deliveries, permit)
    is_deferred = update.is_update_deferred(statements.IdentitySealer(open_key_ring()))
    if previous_run is not None and previous_run.inputs == inputs and not whole and not is_deferred:
        return previous_run
    parts = {part.delivery: part for part in previous_parts}
    new_deliveries = [
        delivery
        for delivery in deliveries
        if delivery.delivery not in parts
        or parts[delivery.delivery].seen != run_outputs.hash_delivery_input(delivery, permit)
    ]
    reporter.step("Reading identifying information", len(new_deliveries))
    key = open_key_ring().subkey("linkage/records")
    tables = delivery_records.read_identifying_fields(store, new_deliveries, permit, key)
    earlier_findings = (
        previous_run.found.get(delivery_records.FINDINGS_KEY, []) if previous_run else []
    )
    problems = delivery_records.filter_current_findings(
        delivery_records.find_delivery_problems(new_deliveries, tables, earlier_findings),
        deliveries,
    )
    unrecorded_sources = _find_unrecorded_sources(previous_run)
    index_update = _update_index(
        deliveries, new_deliveries, tables, by=by, at=at, whole=whole, reporter=reporter
    )
    existing_files = find_linked_files(store)
    changed_sources = index_update.sources | unrecorded_sources
    linked_parts = [
        _reuse_part(parts[delivery.delivery])
        if delivery not in new_deliveries and delivery.organization not in changed_sources
        else _make_part(store, delivery, tables, permit, key, existing_files)
        for delivery in deliveries
    ]
    record_counts = index_counts.count_index()
    gaps_between = (
        index_update.beyond
        if index_update.whole
        else accuracy.read_gaps_between_components(previous_run)
    )
    return _record_run(
        LinkageRun(
            inputs=inputs,
            at=at,
            by=by,
            deliveries=len(deliveries),
            left_out=left_out,
            records=record_counts.records,
            people=record_counts.people,
            new_people=index_update.new_people,
            whole=index_update.whole,
            looked_at=index_update.looked_at,
            sources_a_person=record_counts.sources_a_person,
            by_source=record_counts.by_source,
            found={
                "quality": accuracy.measure_accuracy_of_files(
                    linked_parts, gaps_between, by=by, at=at
                ),
                delivery_records.FINDINGS_KEY: problems,
                "signs": index_counts.count_overlink_flags(),
                "named": record_counts.named,
                "encoded": encoded_people.count_encoded_projects(
                    statements.IdentitySealer(open_key_ring())
                ),
                "decisions": index_counts.hash_current_decisions(),
                "drift": round(index_update.drift, 2),
                "beyond": {str(bits): gap_count for bits, gap_count in gaps_between.items()},
            },
        ),
        linked_parts,
        decision,
        agreements,
    )


@action("linkage.forgotten", asks=has_role_for(Action.DESTROY))
def erase_person_index(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[None]:
    """Remove every name from the person index when no delivery remains.

    Args:
        by: the user who destroyed the last rows.
        at: the current time.
    """
    sealer = statements.IdentitySealer(open_key_ring())
    for delivery in statements.list_stated_deliveries():
        statements.store_delivery_statements(delivery, [], sealer, at)
    update.update_index(sealer, at, by=str(by.pk), delivered=True)
    erase_records(None)
    relationship_update.refresh_relationships(sealer, at)
    return ActionResult(subject="linkage:all")


def _find_unrecorded_sources(previous_run: LinkageRun | None) -> frozenset[str]:
    """Find the sources with records that changed person after the last recorded run.

    A run that was killed after its update of the index left files with rows that belong to other
    people now.
    """
    if previous_run is None:
        return frozenset()
    recorded = previous_run.at
    changed = Link.objects.filter(Q(since__gt=recorded) | Q(until__gt=recorded))
    sources = changed.exclude(record=None).values_list("record__source", flat=True)
    return frozenset(sources.distinct())


def _update_index(
    deliveries: Sequence[delivery_records.LinkedDelivery],
    new_deliveries: Sequence[delivery_records.LinkedDelivery],
    tables: Mapping[FileRef, pa.Table],
    *,
    by: User,
    at: datetime,
    whole: bool,
    reporter: Progress,
) -> update.IndexUpdate:
    """Take in new deliveries, withdraw removed ones, and update the index and the relationships."""
    sealer = statements.IdentitySealer(open_key_ring())
    reporter.step("Saving identifying information", len(new_deliveries))
    for linked_delivery in new_deliveries:
        if linked_delivery.ref in tables:
            delivery_statements = _extract_statements(linked_delivery, tables[linked_delivery.ref])
            statements.store_delivery_statements(
                linked_delivery.delivery, delivery_statements, sealer, at
            )
        reporter.advance()
    current_numbers = {linked_delivery.delivery for linked_delivery in deliveries} | {
        statements.TYPED_IN
    }
    for delivery in statements.list_stated_deliveries() - current_numbers:
        statements.store_delivery_statements(delivery, [], sealer, at)
    reporter.step("Comparing and matching records")
    index_update = update.update_index(sealer, at, by=str(by.pk), whole=whole, delivered=True)
    reporter.step("Saving households")
    withdrawn = address_history.list_residence_deliveries() - current_numbers
    relationship_update.withdraw_residences(withdrawn - find_superseded_deliveries(withdrawn))
    relationship_update.refresh_relationships(sealer, at)
    return index_update


def _extract_statements(
    delivery: delivery_records.LinkedDelivery, identifying_fields: pa.Table
) -> list[statements.RecordStatement]:
    if delivery.record == ENCODED_RECORD_TYPE:
        return encoded_people.extract_encoded_statements(identifying_fields)
    return statements.extract_statements(remove_social_security_numbers(identifying_fields))


def _reuse_part(part: LinkedPart) -> LinkedPart:
    """Return the same linked file for another run."""
    part.pk = None
    return part


def _list_record_keys(identifying_fields: pa.Table) -> set[str]:
    return set(identifying_fields.column("record_key").drop_null().to_pylist())


def _make_part(
    store: FileStore,
    delivery: delivery_records.LinkedDelivery,
    tables: Mapping[FileRef, pa.Table],
    permit: Permit,
    key: bytes,
    existing_files: Mapping[str, FileRef],
) -> LinkedPart:
    """Make the linked file of one delivery, with the number of its rows without a person."""
    identifying_fields = tables.get(delivery.ref)
    if identifying_fields is None:
        identifying_fields = delivery_records.read_identifying_fields(
            store, [delivery], permit, key
        ).get(delivery.ref)
    people = (
        {}
        if identifying_fields is None
        else update.find_people_by_keys(_list_record_keys(identifying_fields))
    )
    return run_outputs.make_linked_file(
        store, delivery, identifying_fields, people, permit, existing_files
    )


@transaction.atomic
def _record_run(
    run: LinkageRun,
    parts: Sequence[LinkedPart],
    decision: Decision,
    agreements: Sequence[AgreementFact],
) -> LinkageRun:
    audit_detail = run_outputs.store_linkage_run(run, parts, decision, agreements)
    record_audit_event(
        "linkage.linked", run, by=run.by, at=run.at, decision=decision, detail=audit_detail
    )
    return run


@action("linkage.sampled", asks=may_review_possible_matches)
def draw_review_sample(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[int]:
    """Draw more questions at random in every band of evidence.

    Args:
        by: the reviewer.
        at: the current time.
    Returns:
        The number of new questions.
    """
    # No user may choose or predict which children the sample includes.
    drawn = sampling.draw_sample_questions(
        statements.IdentitySealer(open_key_ring()), at, random.SystemRandom()
    )
    return ActionResult(drawn, subject="linkage:all", detail={"questions": drawn})


@transaction.atomic
def measure_linkage_accuracy(*, by: User, at: datetime) -> LinkageRun | None:
    """Measure again how accurate the newest run is, from all answers so far.

    Args:
        by: the user who measures.
        at: the current time.
    Returns:
        The run, or None before the first.
    """
    decision = may_open_page(Action.VIEW_LINKAGE, load_current_actor(by), on=timezone.localdate(at))
    decision.require()
    run = LinkageRun.objects.filter(pilot=False).first()
    if run is None:
        return None
    run.found = {
        **run.found,
        "quality": accuracy.measure_accuracy_of_files(
            run.parts.all(), accuracy.read_gaps_between_components(run), by=by, at=at
        ),
    }
    run.save(update_fields=["found"])
    record_audit_event("linkage.measured", run, by=by, at=at, decision=decision)
    return run


@action("linkage.shadow", asks=has_role_for(Action.LINK))
def _store_shadow(
    permit: Permit, /, *, row: Shadow, by: User, at: datetime
) -> ActionResult[Shadow]:
    row.save()
    detail = {"would_merge": row.would_merge, "would_split": row.would_split}
    return ActionResult(row, subject=row, detail=detail)


@long_action(asks=has_role_for(Action.LINK), finish=_store_shadow)
def run_shadow_linkage(
    permit: Permit, /, *, by: User, at: datetime, progress: Progress | None = None
) -> Shadow:
    """Link all records again beside the unchanged index, and store how far the two differ.

    Args:
        by: the user who links.
        at: the current time.
        progress: receives the step.
    Returns:
        The shadow linkage.
    Raises:
        Refused: the policy does not allow it.
    """
    reporter = progress or NullProgress()
    reporter.step("Matching all records again for the preview")
    partition_difference, model_version, model_drift = update.compare_with_full_relink(
        statements.IdentitySealer(open_key_ring())
    )
    row = Shadow(
        at=at, by=by, version=model_version, drift=model_drift, **asdict(partition_difference)
    )
    return _store_shadow(row=row, by=by, at=at)
