"""Check what a release says: its text, its merged categories, and what earlier releases add to it.

An agreement's "no ranking" term has no exception. For a rule that is only this partnership's
policy, the author may give a reason, which reviewers and owners read.

A figure that is safe alone may follow from two releases together. A release therefore leaves only
after an audit with every earlier release of the same outcome and year (34 CFR 99.31(b)(1): taking
into account other reasonably available information, whether through single or multiple releases).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.outputs.indicator import (
    can_be_subtracted,
    do_periods_overlap,
    find_overlapping_breakdowns,
)
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import (
    AgreementFact,
    CategoryMergeFact,
    CountedIndicatorFact,
    DifferencingConflict,
    DifferencingConflictKind,
    EarlierReleaseFact,
    ReleaseComparison,
    ReleaseNarrative,
)
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.law.cards.outputs import release_content as cards
from cairn.policy.vocabulary import Outcome

__all__ = [
    "check_comparison_current",
    "check_fair_narrative",
    "check_merge_reason",
    "check_mergeable_groups",
    "check_no_differencing_conflict",
    "check_nothing_public_hidden",
    "filter_given_answers",
    "find_figure_conflict",
    "find_overlap_conflict",
    "find_uncompared_releases",
    "find_version_conflict",
    "list_narrative_questions",
    "list_remaining_merges",
]


def filter_given_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Select the answers that have text, by the code of the rule that asked.

    Args:
        answers: the author's reasons, by the code of the rule that asked.

    Returns:
        The answers with text, stripped.
    """
    return {code: answer.strip() for code, answer in answers.items() if answer.strip()}


def list_narrative_questions(narrative: ReleaseNarrative) -> tuple[Reason, ...]:
    """List what policy asks about the text, answered or not, each rule once, for the author's page.

    Args:
        narrative: the text of the release.

    Returns:
        One reason for each rule, with the words found.
    """
    reasons_by_card = {
        card.id: Reason(card, Outcome.DENY, facts)
        for card, facts in _find_policy_questions(narrative)
    }
    return tuple(reasons_by_card.values())


@policy_check(
    cards.MEASURED_BY,
    cards.SYSTEM_BESIDE_GAP,
    cards.MISSING_GROUPS,
    cards.PEOPLE_FIRST,
    cards.NO_RANKING,
)
def check_fair_narrative(
    on: date, narrative: ReleaseNarrative, agreements: tuple[AgreementFact, ...]
) -> Iterator[Reason]:
    """Check that no text ranks people and that policy questions are answered.

    Args:
        on: date of the check.
        narrative: text of the release.
        agreements: facts of every agreement behind the use.
    Returns:
        One reason per agreement that forbids rankings, and one per question of policy.
    """
    yield from _check_no_ranking(narrative, agreements)
    for card, facts in _find_policy_questions(narrative):
        is_answered = bool(narrative.answers.get(card.id, "").strip())
        yield Reason.from_card(card, met=is_answered, **dict(facts))


def _check_no_ranking(
    narrative: ReleaseNarrative, agreements: tuple[AgreementFact, ...]
) -> Iterator[Reason]:
    ranking_words = _find_phrase(_RANKING_PHRASES, narrative.text)
    for agreement in agreements:
        if agreement.disclosure.no_ranking:
            yield Reason.from_card(
                cards.NO_RANKING,
                met=not ranking_words,
                words=ranking_words,
                agreement=agreement.reference,
            ).at_clause(agreement.disclosure.clause)


def _find_policy_questions(
    narrative: ReleaseNarrative,
) -> Iterator[tuple[RuleCard, tuple[tuple[str, str], ...]]]:
    """Find what policy asks about the text, each question with its facts."""
    for label, instead in _LABEL_ALTERNATIVES.items():
        if phrase := _find_phrase(_compile_phrases(label), narrative.text):
            yield cards.PEOPLE_FIRST, (("words", phrase), ("instead", instead))
    if phrase := _find_phrase(_COMPARISON_PHRASES, narrative.text):
        yield cards.MEASURED_BY, (("words", phrase),)
    if (phrase := _find_phrase(_GAP_PHRASES, narrative.text)) and not _find_phrase(
        _SYSTEM_PHRASES, narrative.text
    ):
        yield cards.SYSTEM_BESIDE_GAP, (("words", phrase),)
    if narrative.missing:
        yield cards.MISSING_GROUPS, (("groups", ", ".join(narrative.missing)),)


def _compile_phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


def _find_phrase(pattern: re.Pattern[str], text: str) -> str:
    """Find the first words in a text that match a pattern; empty if there are none."""
    match = pattern.search(text)
    return match[0] if match else ""


_RANKING_PHRASES: Final = _compile_phrases(
    r"(?:the )?(?:best|worst|top|bottom|strongest|weakest)(?:[- ]\w+){0,2} "
    r"(?:schools?|districts?|programs?|partners?)",
    r"(?:top|bottom) (?:\d+|three|five|ten)",
    r"(?:highest|lowest|best|worst)[- ](?:performing|ranked|scoring)",
    r"out-?perform(?:s|ed|ing)?",
    r"rank(?:s|ed|ings?)?",
    r"league tables?",
    r"(?:failing|good|bad) schools?",
)

_COMPARISON_PHRASES: Final = _compile_phrases(
    r"(?:compared (?:with|to)|than|behind|relative to|as often as) (?:(?:their|its|the) )?"
    r"(?:white|wealthy|affluent|rich|male|native[- ]born|english[- ]speaking|general education|"
    r"non-?disabled|able[- ]bodied)",
)

_GAP_PHRASES: Final = _compile_phrases(
    r"(?:achievement |opportunity )?gaps?", r"disparit(?:y|ies)", r"lag behind"
)

_SYSTEM_PHRASES: Final = _compile_phrases(
    r"polic(?:y|ies)",
    r"rules?",
    r"staff(?:ing)?",
    r"teachers?",
    r"counselors?",
    r"fund(?:s|ing)",
    r"budgets?",
    r"transport(?:ation)?",
    r"bus(?:es)?",
    r"routes?",
    r"courses?",
    r"places",
    r"seats?",
    r"waiting lists?",
    r"schedules?",
    r"calendars?",
    r"suspensions?",
    r"screening",
    r"housing",
    r"access",
    r"program hours",
    r"curricul(?:um|a)",
    r"practices?",
)

_CHILDREN_PHRASE: Final = r" (?:students|kids|children|youth|families)"

_LABEL_ALTERNATIVES: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"the (?:disabled|handicapped)": "people with disabilities",
        rf"(?:disabled|handicapped|special[- ]ed(?:ucation)?){_CHILDREN_PHRASE}": "students with "
        "disabilities",
        rf"(?:homeless|unhoused){_CHILDREN_PHRASE}": "children experiencing homelessness",
        rf"at[- ]risk{_CHILDREN_PHRASE}": "children who face the risk you name",
        r"(?:illegal|undocumented) (?:aliens?|immigrants?|students|children)": "children of "
        "immigrant families",
        rf"(?:minorities|minority{_CHILDREN_PHRASE}|non-?whites?)": "the name of each group",
        rf"(?:poor|low[- ]income|disadvantaged){_CHILDREN_PHRASE}": "children of families with low "
        "incomes",
        rf"low[- ](?:performing|achieving){_CHILDREN_PHRASE}": "students who have not yet "
        "reached the standard",
        r"drop-?outs?": "students who left school",
        r"(?:inner[- ]city|ghetto|broken homes?)": "the name of the place",
        r"(?:truants?|delinquents?|juvenile offenders?)": "students who missed school",
        r"(?:addicts?|substance abusers?)": "people with a substance use disorder",
        rf"(?:lep|non-english[- ]speaking){_CHILDREN_PHRASE}": "students learning English",
    }
)
"""Map each label to the wording to use instead; our own list, after the field's style guides."""

MINIMUM_MERGED_GROUPS: Final = 2

MAXIMUM_MERGED_GROUPS: Final = 5
"""Largest number of groups to merge; a wider group answers another question."""


def list_remaining_merges(merge: CategoryMergeFact) -> tuple[frozenset[str], ...]:
    """List the merged groups that remain after this merge: those that the new group does not
    absorb.

    Args:
        merge: the requested merge.

    Returns:
        The groups that are still counted as one.
    """
    return tuple(merged for merged in merge.already if not merged <= merge.chosen)


@policy_check(cards.ONE_GROUP)
def check_mergeable_groups(on: date, merge: CategoryMergeFact) -> Iterator[Reason]:
    """Check that the groups can be counted as one.

    Two groups that are too small to show may be shown as one. That hides who is in it, so the
    decision is not arithmetic alone.

    Args:
        on: date of the check.
        merge: groups to merge, and the reason.
    Returns:
        A refusal for each objection, else one reason.
    """
    objections = tuple(_list_merge_objections(merge))
    for objection in objections:
        yield Reason.from_card(cards.ONE_GROUP, met=False, because=objection)
    if not objections:
        yield Reason.from_card(cards.ONE_GROUP, met=True)


def _list_merge_objections(merge: CategoryMergeFact) -> Iterator[str]:
    if not merge.groups:
        yield "no table in this release shows these groups"
    elif not merge.chosen <= merge.groups:
        yield "the tables do not show one of these groups"
    if len(merge.chosen) < MINIMUM_MERGED_GROUPS:
        yield "at least two groups are needed"
    if len(merge.chosen) > MAXIMUM_MERGED_GROUPS:
        yield f"no more than {MAXIMUM_MERGED_GROUPS} groups may be merged"
    if any(merged & merge.chosen and not merged <= merge.chosen for merged in merge.already):
        yield "one of these groups is already merged with a group that you did not choose"
    if merge.chosen in merge.already:
        yield "they are already merged"


@policy_check(cards.PEOPLE_ASKED)
def check_merge_reason(on: date, merge: CategoryMergeFact) -> Reason:
    """Check that the author gives a reason, which reviewers and owners read.

    Args:
        on: date of the check.
        merge: groups to merge, and the reason.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.PEOPLE_ASKED, met=bool(merge.why.strip()))


def find_figure_conflict(
    measure: str, school_year: str, earlier_releases: Iterable[EarlierReleaseFact]
) -> DifferencingConflict | None:
    """Find whether a figure of these values was published already, and in which releases.

    Two figures of the same values narrow each other: a mean beside a median, or the same mean for
    other groups or after a correction, can reveal one child's value to a reader who knows the
    others. No program here audits two such figures together, so the second is not released (34 CFR
    99.31(b)(1): through single or multiple releases).

    Args:
        measure: the measure.
        school_year: its school year.
        earlier_releases: releases that were published.
    Returns:
        The conflict, ``None`` if there is none.
    """
    names = tuple(
        release.name for release in earlier_releases if (measure, school_year) in release.figures
    )
    return (
        DifferencingConflict(measure, school_year, DifferencingConflictKind.ANOTHER_FIGURE, names)
        if names
        else None
    )


def find_version_conflict(
    indicator: CountedIndicatorFact,
    school_year: str,
    others: Iterable[tuple[str, Collection[tuple[CountedIndicatorFact, str]]]],
) -> DifferencingConflict | None:
    """Find whether a figure about almost the same people is published for the time, and where.

    Another version counts almost the same people, and so does a copy under another ID. No program
    here audits them together, so the second is not released (34 CFR 99.31(b)(1): through single or
    multiple releases).

    Args:
        indicator: the definition that a release counts.
        school_year: its period, such as "2025-26", "2025-26 S1" or "2025".
        others: the names of published releases, or of what else the release itself counts, each
            with its definitions and years.
    Returns:
        The conflict, ``None`` if there is none.
    """
    names = tuple(
        name
        for name, figures in others
        if any(
            do_periods_overlap(year, school_year) and can_be_subtracted(indicator, other)
            for other, year in figures
        )
    )
    return (
        DifferencingConflict(
            indicator.id, school_year, DifferencingConflictKind.ANOTHER_VERSION, names
        )
        if names
        else None
    )


def find_overlap_conflict(
    outcome: str,
    school_year: str,
    dimensions: Collection[str],
    others: Iterable[tuple[str, Collection[str]]],
) -> DifferencingConflict | None:
    """Find whether a year was published by breakdowns that overlap with those of a release.

    Args:
        outcome: ID of the outcome or measure.
        school_year: its school year.
        dimensions: the dimensions of the release.
        others: the names of the releases that were published for this year, withdrawn since or
            not, each with its dimensions.
    Returns:
        The conflict, ``None`` if there is none.
    """
    names = tuple(
        name for name, earlier in others if find_overlapping_breakdowns(dimensions, earlier)
    )
    kind = DifferencingConflictKind.OVERLAPPING_GROUPS
    return DifferencingConflict(outcome, school_year, kind, names) if names else None


def find_uncompared_releases(comparison: ReleaseComparison) -> tuple[EarlierReleaseFact, ...]:
    """Find earlier releases of the same outcome and year that the audit did not use.

    Args:
        comparison: the release and earlier releases.
    Returns:
        The earlier releases.
    """
    compared_ids = comparison.attacked or frozenset()
    return tuple(
        release
        for release in comparison.out
        if release.counts & comparison.counts and release.id not in compared_ids
    )


_CONFLICT_CARDS: Final = {
    DifferencingConflictKind.TELLS_OF_FEW: release_cards.TELLS_OF_FEW,
    DifferencingConflictKind.OTHER_CHILDREN: release_cards.OTHER_CHILDREN,
    DifferencingConflictKind.ANOTHER_FIGURE: release_cards.ANOTHER_FIGURE,
    DifferencingConflictKind.ANOTHER_VERSION: release_cards.ANOTHER_VERSION,
    DifferencingConflictKind.OVERLAPPING_GROUPS: release_cards.OVERLAPPING_GROUPS,
}


@policy_check(*_CONFLICT_CARDS.values())
def check_no_differencing_conflict(on: date, comparison: ReleaseComparison) -> Iterator[Reason]:
    """Check that the last audit found no conflict with an earlier release.

    Args:
        on: date of the check.
        comparison: the release and earlier releases.
    Returns:
        A refusal for each conflict, else one reason.
    """
    conflicts = [conflict for conflict in comparison.met if conflict.how in _CONFLICT_CARDS]
    for conflict in conflicts:
        yield Reason.from_card(
            _CONFLICT_CARDS[conflict.how],
            met=False,
            outcome=conflict.outcome,
            year=conflict.school_year,
            earlier=", ".join(conflict.releases),
        )
    if not conflicts:
        yield Reason.from_card(release_cards.TELLS_OF_FEW, met=True)


@policy_check(release_cards.HIDES_PUBLIC)
def check_nothing_public_hidden(on: date, comparison: ReleaseComparison) -> Iterator[Reason]:
    """Check that the release hides no number that the public reads today.

    Args:
        on: date of the check.
        comparison: the release and earlier releases.
    Returns:
        A refusal for each outcome and year with the tables to leave out, else one reason.
    """
    hiding = [
        conflict
        for conflict in comparison.met
        if conflict.how is DifferencingConflictKind.HIDES_PUBLIC
    ]
    for conflict in hiding:
        yield Reason.from_card(
            release_cards.HIDES_PUBLIC,
            met=False,
            outcome=conflict.outcome,
            year=conflict.school_year,
            earlier=", ".join(conflict.releases),
            advice=_advise_tables(conflict),
        )
    if not hiding:
        yield Reason.from_card(release_cards.HIDES_PUBLIC, met=True)


def _advise_tables(conflict: DifferencingConflict) -> str:
    """Say which tables to leave out, and which work."""
    if not conflict.works:
        return "No smaller set of these tables works until the records of more children change."
    return (
        f"Leave out the table {' and '.join(conflict.leave_out)}. "
        f"What works: {', '.join(conflict.works)}."
    )


@policy_check(release_cards.CHECK_TOO_OLD)
def check_comparison_current(on: date, comparison: ReleaseComparison) -> Reason:
    """Check that the audit used every earlier release of the same outcome and year.

    Args:
        on: date of the check.
        comparison: the release and earlier releases.
    Returns:
        One reason.
    """
    earlier = ", ".join(release.name for release in find_uncompared_releases(comparison))
    return Reason.from_card(release_cards.CHECK_TOO_OLD, met=not earlier, earlier=earlier)
