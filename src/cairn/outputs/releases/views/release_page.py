"""Prepare what the pages of one release show: tables, audit, progress and blocked steps."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cairn.outputs.releases import facts, labels, tables
from cairn.outputs.releases import merged_groups as releases_merged_groups
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.figures import OutcomeFigures
from cairn.outputs.releases.json_fields import MethodUsefulness, OwnerCounts
from cairn.outputs.releases.list_tables import STATE_TONES
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import figures, public_state
from cairn.outputs.releases.queries.owner_preview import can_count_numerator
from cairn.policy import checks
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, ReleaseFact, SmallCellDisplay, SmallCellRequirement
from cairn.policy.law import ROLE, UTAH_REPORT
from cairn.policy.questions import may_release_beside_published, may_show_small_cell
from cairn.policy.vocabulary import Audience, ReleaseState
from cairn.sdc.differencing import FactChange
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse import measures
from cairn.warehouse.schema import get_record_type

_METHOD_TITLES: Final = {
    "suppress": gettext_lazy("Exact counts, small groups hidden"),
    "bands": gettext_lazy("Percentages in ranges by group size"),
    "round": gettext_lazy("Rounding to 5"),
}


def build_release_context(release: Release) -> dict[str, Any]:
    """Return what every page about one release shows: its tables, their sources and the audit."""
    fact, outcome_figures = (
        facts.load_release_fact(release),
        figures.load_protected_figures(release),
    )
    return {
        "release": release,
        "readers": describe_readers(release),
        "cohort": labels.describe_cohort(facts.find_cohort_date(release)),
        "uncounted": ", ".join(list_uncounted_programs(release, outcome_figures)),
        "outcomes": build_outcome_tables(outcome_figures),
        "public_changes": describe_publication(release),
        "unseen": checks.find_uncompared_releases(fact.beside),
        "unasked": checks.describe_untested_attackers(fact.asked_to_try),
        "beside": max(
            (certificate_part.get("beside", 0) for certificate_part in release.certificate),
            default=0,
        ),
        "lineage": fact.agreements,
        "bases": sorted(
            {labels.label_legal_basis(agreement.basis) for agreement in fact.agreements}
        ),
        "narrowest": min(
            (
                certificate_part["narrowest"]
                for certificate_part in release.certificate
                if certificate_part["narrowest"] and certificate_part["withheld"]
            ),
            default=0,
        ),
        "cells": sum(part["cells"] for part in release.certificate),
        "small": sum(part["small"] for part in release.certificate),
        "complementary": sum(part["complementary"] for part in release.certificate),
        "few_others": sum(part.get("few_others", 0) for part in release.certificate),
        "contributors": release.contributors,
        "telling": sum(part.get("telling", 0) for part in release.certificate),
        "asked": sum(part.get("asked", 0) for part in release.certificate),
        "between_two": sum(part.get("between_two", 0) for part in release.certificate),
        "useful": [
            part["ways"]["useful"][0]
            for part in release.certificate
            if part.get("ways", {}).get("useful")
        ],
        "programs": sum(part["programs"] for part in release.certificate),
        "banded": _count_cells(release, is_banded=True),
        "numbers": _count_cells(release, is_banded=False),
        "widened": sum(part.get("widened", 0) for part in release.certificate),
        "framing": [
            (reason.message_for(Audience.STEWARD), release.framing[reason.code])
            for reason in checks.list_narrative_questions(fact.telling)
            if reason.code in release.framing
        ],
        "together": list_release_merges(release),
        "tone": STATE_TONES.get(release.state, ""),
    }


def list_uncounted_programs(
    release: Release, outcome_figures: Iterable[OutcomeFigures]
) -> list[str]:
    """List the programs in the tables without a student who is counted.

    For example, no student was enrolled on the day of a fixed cohort. Empty before the check.
    """
    keys = [key for each in outcome_figures for table in each.tables.values() for key in table]
    named = {dim for table in release.tables for dim in table if measures.get_member_name(dim)}
    counted = {dim for dim in named for key in keys if key.get(dim) == measures.MEMBER}
    return sorted(labels.label_program(dim) for dim in named - counted) if keys else []


def _count_cells(release: Release, *, is_banded: bool) -> dict[str, int]:
    """Count the cells in bands, or those in numbers; empty if the release has none of them."""
    parts = [
        part
        for part in release.certificate
        if (part.get("method") == ReleaseMethod.BANDS) is is_banded
    ]
    if not parts:
        return {}
    cells, withheld = (sum(part[name] for part in parts) for name in ("cells", "withheld"))
    return {"cells": cells, "withheld": withheld, "shown": cells - withheld}


_CHANGE_LABELS: Final = {
    FactChange.REMOVED: gettext_lazy("No longer shown"),
    FactChange.REPLACED: gettext_lazy("Replaced by this correction"),
    FactChange.UPDATED: gettext_lazy("Counted again"),
    FactChange.ADDED: gettext_lazy("Added"),
    FactChange.REFINED: gettext_lazy("Shown instead of suppressed"),
    FactChange.SUPPRESSED: gettext_lazy("Added as suppressed"),
    FactChange.UNCHANGED: gettext_lazy("Unchanged"),
}

_WITHDRAWAL_LABELS: Final = {
    **_CHANGE_LABELS,
    FactChange.UPDATED: gettext_lazy("An earlier figure returns"),
    FactChange.UNCHANGED: gettext_lazy("Stays, because another release shows it"),
}


def describe_readers(release: Release) -> str:
    """Say who may read a release once it is published."""
    if release.pilot:
        return _(
            "This is a pilot. Only people who sign in can see it, and every page is marked as a "
            "pilot."
        )
    if release.audience:
        return _(
            "Only %(partner)s will be able to see it: its data stewards, while its agreement is in "
            "force, and the data manager. It is on no public page."
        ) % {"partner": release.audience.name}
    return _("Everyone will be able to see it without signing in.")


def describe_withdrawn_page(release: Release) -> str:
    """Say what the readers of a published release see after its withdrawal."""
    if release.audience:
        return _("%(partner)s will not see it any more.") % {"partner": release.audience.name}
    return _("The public page will show that it was withdrawn, the date, and your reason.")


def describe_publication(release: Release) -> list[str]:
    """Describe what publishing a release changes on the public page, one line a change."""
    changes = public_state.list_publication_changes(release)
    lines = [_describe_change(change, _CHANGE_LABELS) for change in changes]
    if changes and all(change.change is not FactChange.REMOVED for change in changes):
        lines.append(_("This hides nothing that is public."))
    return lines


def describe_withdrawal(release: Release) -> list[str]:
    """Describe what withdrawing a release changes on the public page, one line a change."""
    changes = public_state.list_withdrawal_changes(release)
    return [_describe_change(change, _WITHDRAWAL_LABELS) for change in changes]


def _describe_change(
    change: public_state.PublicPageChange, change_labels: Mapping[FactChange, Any]
) -> str:
    first, last = change.years[0], change.years[-1]
    facts_of_change = {
        "change": change_labels[change.change],
        "outcome": change.outcome,
        "table": change.table,
        "years": first
        if first == last
        else _("%(first)s to %(last)s") % {"first": first, "last": last},
        "n": change.figures,
        "suppressed": change.suppressed,
    }
    template = (
        ngettext(
            "%(change)s: %(outcome)s %(table)s, %(years)s (%(n)s figure, %(suppressed)s "
            "suppressed)",
            "%(change)s: %(outcome)s %(table)s, %(years)s (%(n)s figures, %(suppressed)s "
            "suppressed)",
            change.figures,
        )
        if change.suppressed
        else ngettext(
            "%(change)s: %(outcome)s %(table)s, %(years)s (%(n)s figure)",
            "%(change)s: %(outcome)s %(table)s, %(years)s (%(n)s figures)",
            change.figures,
        )
    )
    return template % facts_of_change


def list_release_merges(release: Release) -> list[dict[str, Any]]:
    """Return the groups to be merged, the reason, and the years published without the merge."""
    grouped_parts = [part for part in release.certificate if "together" in part]
    return [
        {
            "code": releases_merged_groups.encode_merged_group(merged_groups["values"]),
            "name": labels.label_race(
                releases_merged_groups.encode_merged_group(merged_groups["values"])
            ),
            "why": merged_groups["why"],
            "before": merged_groups["shown"],
            "now": release.shown,
            "apart": sorted(
                {
                    certificate_part["school_year"]
                    for certificate_part in grouped_parts
                    if merged_groups["values"] not in certificate_part["together"]
                }
            ),
        }
        for merged_groups in release.merged
    ]


def list_merge_effects(release: Release, chosen_groups: Iterable[str]) -> list[dict[str, Any]]:
    """Return the effect of a merge on each outcome for which the check tried it."""
    catalogue = load_indicator_catalogue()
    return [
        {
            "outcome": labels.localize_text(catalogue[part["outcome"]].title),
            "school_year": part["school_year"],
            "share_now": part["ways"]["share"],
            **merge,
        }
        for part in release.certificate
        if "ways" in part
        for merge in part["ways"]["merges"]
        if set(merge["values"]) == set(chosen_groups)
    ]


def build_outcome_tables(
    figures: Iterable[OutcomeFigures], *, owner_counts: OwnerCounts | None = None
) -> list[dict[str, Any]]:
    """Return each outcome with its tables: over the years, then year by year.

    For an owner's own figures, `owner_counts` holds the owner's counts; the result then says for
    which outcomes the owner's rows determine the denominator only.
    """
    catalogue = load_indicator_catalogue()
    return [
        {
            "title": labels.localize_text(catalogue[outcome_figures.outcome].title),
            "trend": next(iter(tables.build_breakdown_tables(outcome_figures))),
            "years": list(tables.build_yearly_tables(outcome_figures)),
            "among_only": owner_counts
            and not can_count_numerator(catalogue[outcome_figures.outcome], owner_counts["rows"]),
        }
        for outcome_figures in figures
    ]


def list_sent_rows(rows: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the record types that an owner sent, by title, with the number of rows."""
    return [(get_record_type(record).title, number) for record, number in sorted(rows.items())]


def list_uncounted_outcomes(release: Release, owner_counts: OwnerCounts) -> list[str]:
    """Return the outcomes that an owner's rows alone cannot count."""
    outcomes = [
        outcome_id for outcome_id in release.outcomes if outcome_id not in owner_counts["counted"]
    ]
    catalogue = load_indicator_catalogue()
    return [labels.localize_text(catalogue[outcome].title) for outcome in outcomes]


_PUBLISH_BLOCKED = ("publish", gettext_lazy("Not ready to publish"))

_BLOCKED_TITLES = {
    ReleaseState.CHECKED.value: (("submit", gettext_lazy("Not ready for review")),),
    ReleaseState.IN_REVIEW.value: (
        ("send", gettext_lazy("Not ready for data-owner preview")),
        ("review", gettext_lazy("You cannot review this")),
    ),
    ReleaseState.SENT_BACK.value: (_PUBLISH_BLOCKED,),
    ReleaseState.APPROVED.value: (_PUBLISH_BLOCKED,),
}

_PUBLISHED_STATES = (
    ReleaseState.PUBLISHED.value,
    ReleaseState.CORRECTED.value,
    ReleaseState.WITHDRAWN.value,
)

_PROGRESS_STEPS = (
    (ReleaseState.DRAFT, gettext_lazy("Drafted"), "created_at"),
    (ReleaseState.CHECKED, gettext_lazy("Checked"), "checked_at"),
    (ReleaseState.IN_REVIEW, gettext_lazy("In review"), "submitted_at"),
    (ReleaseState.SENT_BACK, gettext_lazy("Data-owner preview"), ""),
    (ReleaseState.PUBLISHED, gettext_lazy("Published"), "published_at"),
)


_NEXT_ACTORS: Final = {
    ReleaseState.DRAFT.value: gettext_lazy("Next, the author runs the disclosure check."),
    ReleaseState.CHECKED.value: gettext_lazy("Next, the author submits the release for review."),
    ReleaseState.RETURNED.value: gettext_lazy("Next, the author changes the release."),
    ReleaseState.IN_REVIEW.value: gettext_lazy("Next, two reviewers decide."),
    ReleaseState.SENT_BACK.value: gettext_lazy("Next, the data owners answer."),
    ReleaseState.APPROVED.value: gettext_lazy("Next, the release can be published."),
}


def describe_next_actor(fact: ReleaseFact) -> str:
    """Say who acts next, below the steps of a release; empty if its steps are done."""
    if fact.state is ReleaseState.IN_REVIEW and checks.are_verdicts_open(fact.reviews):
        return _("Next, the release can be sent to the data owners.")
    return str(_NEXT_ACTORS.get(fact.state, ""))


def has_state_report_rule(publish_decision: Decision) -> bool:
    """Return whether a state's law requires a report before publication, on time or not."""
    return UTAH_REPORT.id in {reason.code for reason in publish_decision.reasons}


def explain_check_conflict(release: Release, actor: Actor, on: date) -> Decision | None:
    """Explain why the last check stopped at earlier releases; None if it passed."""
    if not release.meets or release.state in _PUBLISHED_STATES:
        return None
    return may_release_beside_published(facts.load_release_fact(release), actor, on)


def list_working_tables(release: Release) -> list[str]:
    """List the nearest set of tables that nothing stopped in the last check; empty for none."""
    conflicts = facts.load_release_fact(release).beside.met
    return next((list(conflict.works) for conflict in conflicts if conflict.works), [])


def build_alternatives(
    release: Release, decisions: Mapping[str, Decision], on: date
) -> dict[str, Any] | None:
    """Return the alternatives to suppression, for users who may still change the tables.

    None after submission, and if there are no alternatives.
    """
    if release.state != ReleaseState.CHECKED.value or not decisions["redraft"].allowed:
        return None
    demands = [
        SmallCellRequirement(
            item.reference, item.disclosure.clause or item.reference, item.disclosure.minimum_cell
        )
        for item in facts.load_release_fact(release).agreements
    ]
    catalogue = load_indicator_catalogue()
    alternatives = [
        {
            **item["ways"],
            "outcome": labels.localize_text(catalogue[item["outcome"]].title),
            "school_year": item["school_year"],
            "merges": [
                {
                    **merge,
                    "values": [labels.label_race(value) for value in merge["values"]],
                    "query": urlencode({"values": merge["values"]}, doseq=True),
                }
                for merge in item["ways"]["merges"]
            ],
            "useful": [
                _label_method(method, release.method) for method in item["ways"].get("useful", [])
            ],
        }
        for item in release.certificate
        if "ways" in item and (item["ways"]["blanks"] or item["ways"].get("useful"))
    ]
    may_show_other_numbers = may_show_small_cell(SmallCellDisplay.ANOTHER_NUMBER, demands, on)
    return {"found": alternatives, "another": may_show_other_numbers} if alternatives else None


def _label_method(method: MethodUsefulness, chosen: str) -> dict[str, Any]:
    """Add the method's name, whether it is chosen, and the groups that it does not fully show."""
    groups = ", ".join(labels.label_race(value) for value in method["values"])
    return {
        **method,
        "chosen": method["method"] == chosen,
        "title": _("Combine %(groups)s") % {"groups": groups}
        if groups
        else str(_METHOD_TITLES[method["method"]]),
        "hidden": ", ".join(
            f"{labels.label_race(value)} ({telling} / {cells})"
            for value, telling, cells in method["groups"]
            if telling < cells
        ),
    }


def explain_blocked_steps(
    fact: ReleaseFact, decisions: Mapping[str, Decision]
) -> Iterator[tuple[str, Decision]]:
    """Yield the next steps that are blocked, with reasons, if the user's role allows the step.

    A review that both reviewers have given is no step any more.
    """
    is_reviewed = checks.are_verdicts_open(fact.reviews)
    for name, title in _BLOCKED_TITLES.get(fact.state, ()):
        decision = decisions[name]
        if decision.allowed or (name == "review" and is_reviewed):
            continue
        if ROLE.id not in {reason.code for reason in decision.refusals}:
            yield str(title), decision


def build_progress_steps(release: Release) -> list[dict[str, Any]]:
    """Return the steps of a release to publication, and how far it is."""
    order = [state.value for state, _title, _field in _PROGRESS_STEPS]
    current_index = {ReleaseState.APPROVED.value: 4, ReleaseState.RETURNED.value: 1}.get(
        release.state, order.index(release.state) if release.state in order else 0
    )
    if release.state in _PUBLISHED_STATES:
        current_index = len(order) if release.published_at else current_index
    return [
        {
            "title": title,
            "class": "done" if index < current_index else "now" if index == current_index else "",
            "at": getattr(release, field, None) if field and index <= current_index else None,
        }
        for index, (_state, title, field) in enumerate(_PROGRESS_STEPS)
    ]
