"""Rank findings, and join those with one cause into one, so that each correction is read once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from cairn.policy.law import RuleSource
from cairn.policy.lint.criteria import is_awaiting_counsel
from cairn.policy.lint.findings import LintFinding

_SEVERITY_ORDER: Final = (
    RuleSource.LAW,
    RuleSource.POLICY,
    RuleSource.PRACTICE,
    RuleSource.ANOMALY,
)


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """One place that a finding concerns: its clause, and what the message says of this place."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """One cause with every place that it concerns.

    Attributes:
        findings: the findings with this id and this advice.
        message: the message, or the words that the messages of all places begin with.
        places: the places, if there are several.
    """

    findings: tuple[LintFinding, ...]
    message: str
    places: tuple[FindingPlace, ...]

    @property
    def first(self) -> LintFinding:
        """Return the finding of the first place."""
        return self.findings[0]


def rank_findings(
    findings: Iterable[LintFinding], accepted: Collection[str] = ()
) -> tuple[LintFinding, ...]:
    """Order findings by severity, then by what blocks signing or use.

    Among findings of law, those that the drafter can correct come first, then those that wait for
    counsel to confirm, then those that counsel accepted.

    Args:
        findings: the findings.
        accepted: keys of the findings that counsel of a data owner accepted.

    Returns:
        The findings in order.
    """

    def rank(finding: LintFinding) -> tuple[int, int]:
        severity = _SEVERITY_ORDER.index(finding.severity)
        if finding.severity is not RuleSource.LAW:
            return severity, int(not finding.blocks_use)
        is_accepted, waits = finding.key in accepted, is_awaiting_counsel(finding)
        return severity, 2 if is_accepted else int(waits)

    return tuple(sorted(findings, key=rank))


def group_findings(findings: Iterable[LintFinding]) -> tuple[FindingGroup, ...]:
    """Join findings with one cause: the same id and the same advice.

    Thirty elements that a dictionary does not have are one finding with a list of thirty.

    Args:
        findings: the findings, ranked.

    Returns:
        The groups, in the order of the first finding of each.
    """
    groups: dict[tuple[str, str, str], list[LintFinding]] = {}
    for finding in findings:
        cause = (finding.id, finding.severity.value, finding.instead)
        groups.setdefault(cause, []).append(finding)
    return tuple(map(_build_group, groups.values()))


def _build_group(findings: list[LintFinding]) -> FindingGroup:
    if len(findings) == 1:
        return FindingGroup((findings[0],), findings[0].message, ())
    # "The dictionary has no a.b." and "The dictionary has no a.c." begin with the same words.
    start = " ".join(_find_common_words([finding.message.split(" ") for finding in findings]))
    places = tuple(
        FindingPlace(finding.clause, finding.message[len(start) :].strip()) for finding in findings
    )
    return FindingGroup(tuple(findings), f"{start} …" if start else "", places)


def _find_common_words(messages: list[list[str]]) -> list[str]:
    """Find the words that all messages begin with; the last word of a message is not one."""
    columns = zip(*(words[:-1] for words in messages), strict=False)
    return [words[0] for words in takewhile(lambda words: len(set(words)) == 1, columns)]
