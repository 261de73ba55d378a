"""Actions on indicators: write a version, change or discard a draft, preview and approve it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from cairn.governance.disclosure_log.api import record_disclosure
from cairn.governance.partners.models import Organization
from cairn.outputs.indicators import facts
from cairn.outputs.indicators.facts import read_definition
from cairn.outputs.indicators.models import IndicatorVersion
from cairn.outputs.indicators.queries import describe_writing
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor, long_action
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import Progress, StoppedError
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import NationFacts
from cairn.policy.vocabulary import Purpose
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures import (
    IndicatorDefinition,
    LoadedMart,
    count_outcome,
    format_indicator,
    get_breakdown,
    load_outcome_catalogue,
)
from cairn.warehouse.pipeline import build_mart
from cairn.warehouse.store import FileRef, Pseudonyms

__all__ = [
    "IndicatorConflict",
    "approve_indicator_version",
    "change_indicator_version",
    "discard_indicator_version",
    "draft_indicator_version",
    "preview_indicator_version",
]


class IndicatorConflict(StoppedError):
    """The ID is taken, or the version was changed in the meantime; the message says what to do."""


def _load_organization(organization: Organization) -> tuple[str]:
    return (organization.slug,)


@action("indicator.drafted", asks=questions.may_draft_indicator, facts=_load_organization)
def draft_indicator_version(
    permit: Permit,
    /,
    *,
    definition: IndicatorDefinition,
    organization: Organization,
    by: User,
    at: datetime,
) -> ActionResult[IndicatorVersion]:
    """Write the first version of an indicator, or a new version of one that is approved.

    The number of the version is the next one. An approval that the definition brings along, from
    another community, does not count.

    Args:
        definition: the definition.
        organization: the organization that writes it.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The new row, a draft.

    Raises:
        IndicatorConflict: Cairn or another organization has an indicator of this ID, or a draft
            waits.
        Refused: the policy does not allow it.
    """
    _require_own_id(definition.id)
    rows = IndicatorVersion.objects.select_for_update().filter(indicator=definition.id)
    newest = rows.order_by("-version").first()
    if newest and newest.organization_id != organization.pk:
        raise IndicatorConflict(
            f"{newest.organization.name} has an indicator with the ID “{definition.id}”. Choose "
            "another ID."
        )
    if newest and newest.approved_at is None:
        raise IndicatorConflict(
            f"Version {newest.version} of “{definition.id}” is a draft. Change that draft."
        )
    row = IndicatorVersion(
        indicator=definition.id,
        version=newest.version + 1 if newest else 1,
        organization=organization,
    )
    _write_definition(row, definition, by, at)
    try:
        row.save()
    except IntegrityError:
        raise IndicatorConflict(
            f"Another person wrote “{definition.id}” in the meantime. Read that draft."
        ) from None
    return ActionResult(row, subject=row, detail={"version": row.version})


@action("indicator.changed", asks=questions.may_change_indicator, facts=facts.lock_version_fact)
def change_indicator_version(
    permit: Permit,
    /,
    *,
    version: IndicatorVersion,
    definition: IndicatorDefinition,
    written: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Change a draft. It must be previewed again.

    Args:
        version: the draft.
        definition: the new definition.
        written: the moment at which the text was written that the user read.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        IndicatorConflict: the definition has the ID of another indicator, or the draft was changed
            since the user read it.
        Refused: the policy does not allow it, or the version is approved.
    """
    row = _get_as_read(version, written)
    if definition.id != row.indicator:
        raise IndicatorConflict(
            f"The ID of this indicator is “{row.indicator}”. Keep it, or write a new indicator."
        )
    _write_definition(row, definition, by, at)
    row.save()
    return ActionResult(subject=row, detail={"version": row.version})


@action("indicator.discarded", asks=questions.may_change_indicator, facts=facts.lock_version_fact)
def discard_indicator_version(
    permit: Permit, /, *, version: IndicatorVersion, written: str, by: User, at: datetime
) -> ActionResult[None]:
    """Discard a draft.

    Args:
        version: the draft.
        written: the moment at which the text was written that the user read.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        IndicatorConflict: the draft was changed since the user read it.
        Refused: the policy does not allow it, or the version is approved.
    """
    row = _get_as_read(version, written)
    subject = IndicatorVersion(pk=row.pk, indicator=row.indicator, version=row.version)
    row.delete()
    return ActionResult(subject=subject, detail={"version": subject.version})


@action("indicator.approved", asks=questions.may_approve_indicator, facts=facts.lock_version_fact)
def approve_indicator_version(
    permit: Permit, /, *, version: IndicatorVersion, written: str, by: User, at: datetime
) -> ActionResult[None]:
    """Approve a version for the data committee: releases may publish figures by it.

    Args:
        version: the version.
        written: the moment at which the text was written that the member read.
        by: the member of the committee.
        at: the moment of the action.

    Raises:
        IndicatorConflict: the draft was changed since the member read it.
        Refused: the policy does not allow it.
    """
    row = _get_as_read(version, written)
    row.approved_by, row.approved_at = by, at
    row.save(update_fields=["approved_by", "approved_at"])
    return ActionResult(subject=row, detail={"version": row.version})


def _get_as_read(version: IndicatorVersion, written: str) -> IndicatorVersion:
    """Get a version that the user's action locked, if it reads as the user read it."""
    row = IndicatorVersion.objects.select_related("author").get(pk=version.pk)
    if describe_writing(row) != written:
        raise IndicatorConflict(
            f"{row.author.name} changed this draft in the meantime. Open its page again and read "
            "it first."
        )
    return row


def _require_own_id(indicator: str) -> None:
    if indicator in load_outcome_catalogue():
        raise IndicatorConflict(
            f"“{indicator}” is an outcome that Cairn ships. Choose another ID, such as "
            f"{indicator}_local."
        )


def _write_definition(
    row: IndicatorVersion, definition: IndicatorDefinition, by: User, at: datetime
) -> None:
    row.definition = format_indicator(replace(definition, version=row.version, approval=None))
    row.author, row.written_at = by, at
    row.writers = sorted({*row.writers, str(by.pk)})
    row.counted, row.agreements, row.previewed_at = "", [], None


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """Hold what a preview counted.

    Attributes:
        definition: the text of the definition that was counted.
        counted: the file with the counts.
        agreements: references of the agreements that cover the rows.
    """

    definition: str
    counted: FileRef
    agreements: tuple[str, ...]


@action("indicator.previewed", asks=questions.may_change_indicator, facts=facts.lock_version_fact)
def _store_preview(
    permit: Permit,
    /,
    *,
    version: IndicatorVersion,
    preview_result: PreviewResult,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Store where the counts of a preview are, if the draft still reads as it was counted."""
    row = IndicatorVersion.objects.get(pk=version.pk)
    if row.definition != preview_result.definition:
        raise IndicatorConflict("The draft was changed while it was counted. Preview it again.")
    row.counted = str(preview_result.counted)
    row.agreements = list(preview_result.agreements)
    row.previewed_at = at
    row.save(update_fields=["counted", "agreements", "previewed_at"])
    return ActionResult(subject=row, detail={"version": row.version})


@long_action(
    asks=questions.may_change_indicator, facts=facts.load_version_fact, finish=_store_preview
)
def preview_indicator_version(
    permit: Permit, /, *, version: IndicatorVersion, by: User, at: datetime, progress: Progress
) -> None:
    """Count a draft on the data that agreements allow, and store the counts. Long.

    Children of Tribal nations are left out, because no nation was asked yet.

    Args:
        version: the draft.
        by: the user who asks for the preview.
        at: the time of the preview.
        progress: receives the progress.

    Raises:
        IndicatorConflict: no data is on record, or the draft was changed in the meantime.
        Refused: policy does not allow a step.
    """
    row = IndicatorVersion.objects.select_related("organization").get(pk=version.pk)
    definition, purpose = read_definition(row.definition), Purpose.PUBLIC_REPORTING
    actor, on = load_current_actor(by), timezone.localdate(at)
    store, engine = open_file_store(), open_sql_engine(settings.CAIRN_ENGINE)

    progress.step("Checking agreements")
    linked_sources = releases_api.find_definition_sources([definition], purpose)
    if not linked_sources.refs:
        raise IndicatorConflict(
            "No data submission with these record types is matched under an agreement for public "
            f"reporting: {', '.join(definition.records)}."
        )
    row_facts = releases_api.load_row_facts(linked_sources, store, on)
    agreement_facts, elements = linked_sources.agreements, definition.elements
    nation_facts = NationFacts((), releases_api.load_nation_members(store))
    mart_decision = questions.may_build_data_mart(
        agreement_facts,
        elements,
        purpose,
        releases_api.load_opt_outs(store),
        actor,
        on,
        rows=row_facts,
        nations=nation_facts,
    )
    mart_permit = mart_decision.require()
    record_disclosure(
        mart_decision,
        by=by,
        at=at,
        parties=[row.organization.slug],
        interest=f"preview version {row.version} of the indicator “{definition.title['en']}”",
    )
    marts = build_mart(
        store,
        linked_sources.refs,
        permit=mart_permit,
        pseudonyms=Pseudonyms(),
        rows=linked_sources.rows,
    )
    progress.step("Counting")
    count_permit = questions.may_count_people(
        agreement_facts, elements, purpose, actor, on, rows=row_facts, nations=nation_facts
    ).require()
    # A preview reads no element that only a breakdown needs: a release asks for those.
    dims = [name for name in definition.breakdowns if not get_breakdown(name).element]
    mart = LoadedMart(store, marts)
    counted = count_outcome(mart, definition, dims, permit=count_permit, engine=engine)
    preview_result = PreviewResult(row.definition, counted, count_permit.agreements)
    _store_preview(version=row, preview_result=preview_result, by=by, at=at)
