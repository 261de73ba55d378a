"""Template filters that word linter findings for the form and show each finding once."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from django import template

from cairn.governance.agreements.forms.finding_advice import FormAdvice, reword_advice_for_form
from cairn.governance.agreements.models import FindingOverride
from cairn.governance.agreements.queries.visible_drafts import FindingStatus
from cairn.policy.lint import LintFinding

register = template.Library()


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """One place that a finding concerns: its clause, and what the message says of this place."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """One finding with every place that it concerns, and what counsel accepted.

    Attributes:
        finding: the first of the findings with this id and this advice.
        message: the message, or the words that the messages of all places begin with.
        places: the places, if there are several.
        overrides: the findings that counsel accepted, with name and reason.
    """

    finding: LintFinding
    message: str
    places: tuple[FindingPlace, ...]
    overrides: tuple[FindingOverride, ...]


@register.filter
def on_page(sentence: str) -> FormAdvice:
    """Reword a finding's advice for the form, with the form sections it mentions."""
    return reword_advice_for_form(sentence)


@register.filter
def group_findings(findings: Iterable[LintFinding | FindingStatus]) -> list[FindingGroup]:
    """Group findings with the same id and the same advice, in the order of the first of each."""
    statuses = [
        finding if isinstance(finding, FindingStatus) else FindingStatus(finding, None, open=False)
        for finding in findings
    ]
    groups: dict[tuple[str, str], list[FindingStatus]] = {}
    for status in statuses:
        groups.setdefault((status.finding.id, status.finding.instead), []).append(status)
    return [_build_group(group) for group in groups.values()]


def _build_group(group: list[FindingStatus]) -> FindingGroup:
    findings = [status.finding for status in group]
    overrides = tuple(status.override for status in group if status.override)
    if len(findings) == 1:
        return FindingGroup(findings[0], findings[0].message, (), overrides)
    # "The dictionary has no a.b." and "The dictionary has no a.c." begin with the same words.
    start = " ".join(_find_common_words([finding.message.split(" ") for finding in findings]))
    places = tuple(
        FindingPlace(finding.clause, finding.message[len(start) :].strip()) for finding in findings
    )
    return FindingGroup(findings[0], f"{start} …" if start else "", places, overrides)


def _find_common_words(messages: list[list[str]]) -> list[str]:
    """Find the words that all messages begin with; the last word of a message is not one."""
    columns = zip(*(words[:-1] for words in messages), strict=False)
    return [words[0] for words in takewhile(lambda words: len(set(words)) == 1, columns)]
