"""Draft the next release of a series, with the rights of the person who requested the renewal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cairn.outputs.releases import facts, labels
from cairn.outputs.releases.actions import drafts, state
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import sources
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.warehouse.measures import PeriodKind

_LONGEST_TITLE: Final = 160


@action("release.renewed", asks=questions.may_renew_release, facts=state.lock_release_facts)
def draft_next_release(
    permit: Permit,
    /,
    *,
    release: Release,
    term: str,
    missed: Sequence[str],
    by: User,
    at: datetime,
) -> ActionResult[Release]:
    """Draft the next release of a series: the same tables, readers and protection, for a new term.

    It counts the children of the same programs in the school year of the term, or the same fixed
    cohort. The story and the answers about it are left out: they were about other figures, so a
    person writes them.

    Args:
        release: the release of the series that was published last.
        term: the term or school year that has ended.
        missed: earlier ones that ended without a draft of their own.
        by: the user who requested the renewal, who is the author.
        at: the time.
    Returns:
        The draft.
    Raises:
        Refused: policy does not allow it to this user today.
    """
    draft = drafts.draft_release(
        title=_build_title(release, term),
        outcomes=release.outcomes,
        statistic=release.statistic,
        method=release.method,
        tables=release.tables,
        years=_list_counted_periods(release.outcomes, term),
        organization=release.organization,
        story="",
        pilot=release.pilot,
        audience=release.audience,
        audience_minimum=release.audience_minimum,
        cohort_on=facts.find_cohort_date(release),
        by=by,
        at=at,
    )
    draft.merged, draft.renewal = release.merged, release.renewal
    draft.renewed_term, draft.missed_terms = term, list(missed)
    draft.save(update_fields=["merged", "renewal", "renewed_term", "missed_terms"])
    return ActionResult(draft, subject=draft, detail={"term": term, "missed": len(missed)})


def _build_title(release: Release, term: str) -> str:
    """Add the term to the title of the first release of the series."""
    first = Release.objects.filter(renewal=release.renewal_id, renewed_term="").order_by("pk")
    ending = f", {labels.label_term(term)}"
    return f"{(first.first() or release).title[: _LONGEST_TITLE - len(ending)]}{ending}"


def _list_counted_periods(outcomes: Sequence[str], term: str) -> list[str]:
    """List what the draft counts: the school year, and of a count by half year the term alone."""
    school_year = term[:7]
    by_half_year = any(
        definition.period is PeriodKind.SEMESTER
        for definition in sources.get_outcome_definitions(outcomes)
    )
    return [school_year, term] if by_half_year and term != school_year else [school_year]
