"""Template filters that word linter findings for the form and show each cause once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.urls import reverse

from cairn.governance.agreements.forms import guided_steps as step_forms
from cairn.governance.agreements.forms.finding_advice import FormAdvice, reword_advice_for_form
from cairn.governance.agreements.models import FindingOverride
from cairn.governance.agreements.queries.visible_drafts import FindingStatus, MissingTerm
from cairn.policy import lint
from cairn.policy.facts import split_part_key

register = template.Library()


@dataclass(frozen=True, slots=True)
class FindingOnPage:
    """One cause with every place that it concerns, and what counsel accepted.

    Attributes:
        group: the findings with this cause.
        overrides: the findings that counsel accepted, with name and reason.
        blocks_signing: whether the draft cannot be signed while it is open.
    """

    group: lint.FindingGroup
    overrides: tuple[FindingOverride, ...]
    blocks_signing: bool

    @property
    def finding(self) -> lint.LintFinding:
        """The finding of the first place."""
        return self.group.first

    @property
    def step(self) -> step_forms.GuidedStep | None:
        """The step of the draft in which it is answered."""
        return step_forms.find_guided_step(step_forms.find_step_of_finding(self.finding))

    @property
    def page(self) -> str:
        """Address of the page on which the finding is answered; empty if it is in the text."""
        if lint.is_state_law_finding(self.finding):
            return reverse("partners:state_law", args=[split_part_key(self.finding.about)[1]])
        return ""


@register.filter
def on_page(sentence: str) -> FormAdvice:
    """Reword a finding's advice for the form, with the form sections it mentions."""
    return reword_advice_for_form(sentence)


@register.filter
def place_url(missing: MissingTerm, pk: int) -> str:
    """Return the address of the step that asks for a missing term."""
    return reverse("agreements:step", args=[pk, step_forms.find_step_of_term(missing)])


@register.filter("group_findings")
def build_findings_on_page(
    findings: Iterable[lint.LintFinding | FindingStatus],
) -> list[FindingOnPage]:
    """Join findings with one cause, in their order."""
    statuses = [
        finding if isinstance(finding, FindingStatus) else FindingStatus(finding, None, open=False)
        for finding in findings
    ]
    status_by_finding = {id(status.finding): status for status in statuses}
    groups = lint.group_findings(status.finding for status in statuses)
    return [
        _build_finding([status_by_finding[id(finding)] for finding in group.findings], group)
        for group in groups
    ]


def _build_finding(statuses: list[FindingStatus], group: lint.FindingGroup) -> FindingOnPage:
    overrides = tuple(status.override for status in statuses if status.override)
    return FindingOnPage(group, overrides, any(status.open for status in statuses))
