"""Run the disclosure check of a release: mart, counts, protection and audit.

The check is long and runs outside any transaction.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from cairn.data.identity.api import LinkageCaveat, find_latest_run, list_linkage_caveats
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import indicator_protection, state
from cairn.outputs.releases.catalogue import IndicatorCatalogue, load_indicator_catalogue
from cairn.outputs.releases.json_fields import OwnerCounts, YearCertificate
from cairn.outputs.releases.labels import CHILDREN_EXCLUDED, RACE_CODES
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.protection import alternatives, certificates, counts, group_sizes
from cairn.outputs.releases.protection.measures import ProtectedMeasureYear
from cairn.outputs.releases.queries import excluded_people, owner_preview, sources
from cairn.outputs.releases.queries.offered_tables import (
    list_insiders,
    list_program_contributors,
)
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor, long_action
from cairn.platform.second_process import open_second_process
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import Progress, StoppedError
from cairn.policy import questions
from cairn.policy.checks import find_approving_nations
from cairn.policy.engine import ABOUT_PEOPLE, Decision, Permit
from cairn.policy.facts import Actor, NationFacts
from cairn.policy.vocabulary import Outcome, Purpose
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.exporters import write_release_figures
from cairn.warehouse.measures import (
    LoadedMart,
    collect_school_names,
    count_outcome,
    get_breakdown,
    is_dimension,
)
from cairn.warehouse.pipeline import build_mart
from cairn.warehouse.store import FileRef, Pseudonyms

__all__ = ["check_release_disclosure"]


@action("release.met_earlier", asks=questions.may_audit_release, facts=state.lock_release_facts)
def _store_conflict(
    permit: Permit,
    /,
    *,
    release: Release,
    conflict: indicator_protection.CheckConflict,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Store what stopped the check, so that the page shows it until a check passes.

    If people already review the release, it returns to its author.
    """
    release.meets = [facts.serialize_conflict(conflict_fact) for conflict_fact in conflict.met]
    release.state = state.get_next_state(release, "stop")
    release.save(update_fields=["meets", "state"])
    detail = {"outcomes": len({conflict_fact.outcome for conflict_fact in conflict.met})}
    return ActionResult(subject=release, detail=detail)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Hold the result of a check that passed."""

    agreements: tuple[str, ...]
    counted: Mapping[str, str]
    own: Mapping[str, OwnerCounts]
    protected: FileRef
    certificate: list[YearCertificate]
    minimum_cell: int
    caveats: tuple[LinkageCaveat, ...]
    missing_groups: tuple[str, ...]
    nations: frozenset[str]
    attacked: tuple[int, ...]


@action("release.checked", asks=questions.may_audit_release, facts=state.lock_release_facts)
def _store_check(
    permit: Permit, /, *, release: Release, check_result: CheckResult, by: User, at: datetime
) -> ActionResult[None]:
    (fact,) = state.load_release_facts(release)
    release.state = state.get_next_state(release, questions.find_audit_event(fact, permit.on))
    release.agreements = list(check_result.agreements)
    release.counted, release.own = dict(check_result.counted), dict(check_result.own)
    release.protected = str(check_result.protected)
    release.certificate = check_result.certificate
    release.minimum_cell = check_result.minimum_cell
    release.as_of = permit.on
    release.caveats = list(check_result.caveats)
    release.missing_groups = list(check_result.missing_groups)
    release.nations = sorted(check_result.nations)
    release.attacked, release.meets = list(check_result.attacked), []
    release.checked_at = at
    release.save()
    return ActionResult(
        subject=release,
        detail={
            "withheld": release.withheld,
            "small": sum(part["small"] for part in check_result.certificate),
            "few_others": sum(part.get("few_others", 0) for part in check_result.certificate),
            "contributors": max(part.get("contributors", 0) for part in check_result.certificate),
            "programs": sum(part["programs"] for part in check_result.certificate),
            "minimum_cell": check_result.minimum_cell,
        },
    )


@long_action(asks=questions.may_audit_release, facts=state.load_release_facts, finish=_store_check)
def check_release_disclosure(
    permit: Permit, /, *, release: Release, by: User, at: datetime, progress: Progress
) -> None:
    """Count, protect and audit a release, then store the result. Long, and safe to run again.

    Args:
        release: the release.
        by: the user who asks for the check.
        at: the time of the check.
        progress: receives the progress.
    Raises:
        Refused: policy does not allow a step, or earlier releases leave no safe figures.
    """
    actor = load_current_actor(by)
    with open_second_process():
        check_outcome = run_disclosure_check(release, actor=actor, by=by, at=at, progress=progress)
    if isinstance(check_outcome, CheckResult):
        _store_check(release=release, check_result=check_outcome, by=by, at=at)
        return
    _store_conflict(release=release, conflict=check_outcome, by=by, at=at)
    (fact,) = state.load_release_facts(release)
    questions.may_release_beside_published(fact, actor, state.get_local_day(at)).require()


class NothingToCount(Exception):
    """Report that no child was counted; the message says what to look at."""


class UnpublishableIndicator(StoppedError):
    """Report that an indicator may not be published like this; the message says what to change."""


def run_disclosure_check(
    release: Release, *, actor: Actor, by: User, at: datetime, progress: Progress
) -> CheckResult | indicator_protection.CheckConflict:
    """Count every outcome of a release, protect it and audit it as attackers would.

    Every step writes new files, so an interrupted run does no harm.

    Args:
        release: the release.
        actor: the user who asks for the check, as policy sees them.
        by: the same user.
        at: the time of the check.
        progress: receives the progress.
    Returns:
        The result, or the conflicts with earlier releases.
    Raises:
        Refused: policy does not allow a step.
        ProtectionFailedError: an attacker could work out a withheld number.
        NothingToCount: no child was counted.
        UnpublishableIndicator: an indicator may not be broken down like this, or is not the newest
            version.
        UnpublishableMeasure: no figure of a measure can be published.
        UnpublishableBands: no safe percentage bands were found.
    """
    on, catalogue = timezone.localdate(at), load_indicator_catalogue()
    _require_publishable(release, catalogue, actor, on)
    store, engine, purpose = (
        open_file_store(),
        open_sql_engine(settings.CAIRN_ENGINE),
        Purpose(release.purpose),
    )
    earlier_releases = facts.find_earlier_releases(release, catalogue)
    snapshots = facts.load_published_snapshots(earlier_releases, store, release)
    # Earlier figures can be compared only if children are counted by their breakdowns, too.
    insiders = list_insiders((row.audience for row in (release, *earlier_releases)), purpose)
    counted_tables = [
        *release.tables,
        *(table for item in snapshots for table in item.tables),
        *((dim,) for insider in insiders for dim in sorted(insider.dimensions)),
    ]
    definitions = sources.get_outcome_definitions(release.outcomes)
    dimensions = counts.list_counted_dimensions(counted_tables)
    # A program knows its own children, so it is an attacker although no table names it.
    counted_tables += [(dim,) for dim in list_program_contributors(definitions, purpose)]
    linked_sources = sources.find_outcome_sources(
        release.outcomes, purpose, tables=counted_tables, pilot=release.pilot
    )
    row_facts = sources.load_row_facts(linked_sources, store, on)
    wanted_elements = sources.list_outcome_elements(release.outcomes, counted_tables)
    agreement_facts = linked_sources.agreements

    progress.step("Checking agreements")
    dimensions_of_programs = counts.list_counted_dimensions(counted_tables)
    opt_outs = excluded_people.load_opt_outs(store, pilot=release.pilot)
    nation_facts = NationFacts(
        facts.load_nation_decisions(release),
        excluded_people.load_nation_members(store, pilot=release.pilot),
    )
    for element in _list_breakdown_sources(dimensions_of_programs):
        # A breakdown without its element would count every child as not reported.
        questions.may_count_people(
            agreement_facts, {element}, purpose, actor, on, rows=row_facts, nations=nation_facts
        ).require()
    mart_decision = questions.may_build_data_mart(
        agreement_facts,
        wanted_elements,
        purpose,
        opt_outs,
        actor,
        on,
        rows=row_facts,
        nations=nation_facts,
    )
    permit = mart_decision.require()
    record_disclosure(
        mart_decision,
        by=by,
        at=at,
        parties=[release.organization.slug],
        interest=f"count children for the release “{release.title}”",
    )
    marts = build_mart(
        store, linked_sources.refs, permit=permit, pseudonyms=Pseudonyms(), rows=linked_sources.rows
    )
    mart = LoadedMart(store, marts)
    names = collect_school_names(mart)

    progress.step("Counting", total=len(release.outcomes))
    permit = questions.may_count_people(
        agreement_facts, wanted_elements, purpose, actor, on, rows=row_facts, nations=nation_facts
    ).require()
    counted: dict[str, FileRef] = {}
    for definition in definitions:
        dims = dimensions_of_programs if definition.is_about_programs else dimensions
        counted[definition.id] = count_outcome(mart, definition, dims, permit=permit, engine=engine)
        progress.advance()

    owner_counts = owner_preview.count_owner_rows(
        linked_sources,
        mart,
        definitions,
        counts.list_table_dimensions(release.tables),
        permit=permit,
        engine=engine,
    )

    del mart  # protection takes long, and needs the counted tables only

    progress.step("Applying and testing suppression", total=len(counted))
    protection_permit = questions.may_protect_counts(agreement_facts, purpose, actor, on).require()
    minimum = max(
        protection_permit.minimum_cell or counts.SMALLEST_MINIMUM_CELL,
        release.audience_minimum or 0,
    )
    protected_years = indicator_protection.protect_definitions(
        release,
        definitions,
        counted,
        minimum,
        earlier_releases,
        snapshots,
        catalogue,
        progress,
    )
    if isinstance(protected_years, indicator_protection.CheckConflict):
        return protected_years
    if not protected_years:
        raise NothingToCount(
            "No children were counted for these outcomes and years. Check that the data "
            "submission with this record type has arrived and that record matching has run since "
            "then."
        )
    progress.step("Comparing alternatives to suppression", total=len(counted))
    certificate = [
        certificates.build_year_certificate(protected_year) for protected_year in protected_years
    ]
    newest_years = {
        protected_year.outcome: (position, protected_year)
        for position, protected_year in enumerate(protected_years)
        if not isinstance(protected_year, ProtectedMeasureYear | group_sizes.ProtectedCountYear)
    }
    for position, protected_year in newest_years.values():
        certificate[position]["ways"] = alternatives.compare_methods(protected_year)
        progress.advance()
    protected = write_release_figures(
        store,
        [cell for protected_year in protected_years for cell in protected_year.cells()],
        names=names,
        permit=protection_permit,
        inputs=list(counted.values()),
        note={"release": str(release.pk), **build_pilot_note(release)},
    )
    return CheckResult(
        agreements=protection_permit.agreements,
        counted={outcome: str(file_ref) for outcome, file_ref in counted.items()},
        own=owner_counts,
        protected=protected,
        certificate=certificate,
        minimum_cell=max(minimum, counts.SMALLEST_MINIMUM_CELL),
        caveats=(
            *_build_exclusion_caveat(mart_decision),
            *list_linkage_caveats(
                find_latest_run(pilot=release.pilot),
                {part.organization for part in linked_sources.parts},
            ),
        ),
        missing_groups=counts.find_missing_groups(protected_years, RACE_CODES),
        nations=find_approving_nations(nation_facts.words, on),
        attacked=tuple(item.pk for item in earlier_releases),
    )


def _list_breakdown_sources(dimensions: Iterable[str]) -> list[str]:
    """List the elements that the values of these dimensions come from, each once."""
    elements = (get_breakdown(dim).element for dim in dimensions if is_dimension(dim))
    return list(dict.fromkeys(element for element in elements if element))


def _require_publishable(
    release: Release, catalogue: IndicatorCatalogue, actor: Actor, on: date
) -> None:
    """Ask policy whether the release may count its indicators by the breakdowns of its tables."""
    decision = questions.may_count_indicators(
        facts.load_release_fact(release),
        facts.build_indicator_facts(release, catalogue),
        tuple(counts.list_table_dimensions(release.tables)),
        actor,
        on,
    )
    if decision.refusals:
        raise UnpublishableIndicator(
            " ".join(f"{reason.message} {reason.next_step}" for reason in decision.refusals)
        )


def _build_exclusion_caveat(mart_decision: Decision) -> Iterator[LinkageCaveat]:
    """Say that children are excluded, without saying which, how many or why.

    A family's refusal, a school's withholding and a nation's decision share the same words.
    """
    if any(
        reason.about == ABOUT_PEOPLE and reason.effect is not Outcome.ALLOW
        for reason in mart_decision.reasons
    ):
        yield {"code": CHILDREN_EXCLUDED}


def build_pilot_note(release: Release) -> dict[str, str]:
    """Return the note that every file of a pilot carries."""
    return {"watermark": "synthetic, a pilot"} if release.pilot else {}
