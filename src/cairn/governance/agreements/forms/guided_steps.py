"""Declare the steps by which a draft is written, what matters first, and build their forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.forms.finding_advice import reword_advice_for_form
from cairn.governance.agreements.forms.format_fields import FieldChoices
from cairn.governance.agreements.forms.section import SectionForms
from cairn.governance.agreements.queries.visible_drafts import MissingTerm, OpenedDraft
from cairn.governance.agreements.toml_format.declaration import TABLE_BY_KEY
from cairn.policy.lint import LintFinding, find_confirmation_key, is_criterion_finding

_TOP_KEY: Final = ""
_CRITERIA_STEP: Final = "criteria"
_TERMS_STEP: Final = "terms"
_SIGNATURES_STEP: Final = "signatures"


@dataclass(frozen=True, slots=True)
class StepPart:
    """The fields of one table of the text that a step asks; the others keep their values."""

    table: str
    keys: tuple[str, ...]
    adds_rows: bool = True


@dataclass(frozen=True, slots=True)
class GuidedStep:
    """One step: its name in the URL, its heading, what it settles, and what it asks."""

    name: str
    heading: str | Promise
    says: str | Promise
    parts: tuple[StepPart, ...] = ()


GUIDED_STEPS: Final = (
    GuidedStep(
        "parties",
        _("Parties"),
        _("Who provides the data, and who receives them. Choose registered partners."),
        (StepPart("parties", ("organization", "role", "approved_on")),),
    ),
    GuidedStep(
        "purpose",
        _("Purpose and legal basis"),
        _("What the data are for, and which law allows the provider to share them."),
        (StepPart(_TOP_KEY, ("purposes",)), StepPart("legal_basis", ("basis",))),
    ),
    GuidedStep(
        "data",
        _("Data"),
        _("Which data elements of which students and years. Share only what the purpose needs."),
        (
            StepPart("data", ("years", "used_for", "retention_days"), adds_rows=False),
            StepPart("children", ("everyone", "grades")),
        ),
    ),
    GuidedStep(
        "safeguards",
        _("Access, retention and security"),
        _("Who may see the data, how long they are kept, and how they are protected."),
        (
            StepPart("access", ("organization", "role", "interest")),
            StepPart("retention", ("period_days", "counted_from", "method")),
            StepPart("security", ("conditions",)),
            StepPart("delivery", ("frequency", "contacts", "receivers")),
        ),
    ),
    GuidedStep(
        _TERMS_STEP,
        _("Term"),
        _("When the agreement starts and ends, and how a party may terminate it."),
        (StepPart(_TOP_KEY, ("title", "starts", "ends", "termination_notice_days")),),
    ),
    GuidedStep(
        _CRITERIA_STEP,
        _("Criteria"),
        _(
            "What the law asks of an agreement on this legal basis. Answer each question and "
            "choose the clause that says so. Counsel confirms the answers."
        ),
        (StepPart("legal_basis", ("clause", "criteria")),),
    ),
    GuidedStep(
        _SIGNATURES_STEP,
        _("Review and signatures"),
        _("Counsel of the data owner reviews the text; then each party signs it."),
    ),
)


# Sections of the text with findings that belong to a step without a form for them.
_SAFEGUARD_SECTIONS: Final = frozenset({"onward", "disclosure"})


def find_guided_step(name: str) -> GuidedStep | None:
    """Find the step that a URL names.

    Args:
        name: the step's name.

    Returns:
        The step, or None for an unknown name.
    """
    return next((step for step in GUIDED_STEPS if step.name == name), None)


class StepForms:
    """The forms of one step, filled from a text's tables or from submitted data."""

    def __init__(
        self,
        step: GuidedStep,
        raw: Mapping[str, Any],
        sent: QueryDict | None = None,
        choices: FieldChoices | None = None,
    ) -> None:
        self.sections: list[SectionForms] = []
        self._raw = dict(raw)
        for part in step.parts:
            section = SectionForms(
                TABLE_BY_KEY[part.table],
                self._raw,
                sent,
                keys=part.keys,
                choices=choices,
                adds_rows=part.adds_rows,
            )
            self.sections.append(section)
            if sent is not None and section.is_valid():
                self._raw = section.build_changed_tables()

    @property
    def forms(self) -> list[Any]:
        """The forms of all sections."""
        return [form for section in self.sections for form in section.forms]

    def is_valid(self) -> bool:
        """Return whether every submitted value can be written to the text."""
        return all(section.is_valid() for section in self.sections)

    def build_changed_tables(self) -> dict[str, Any]:
        """Return the text's tables with this step as submitted."""
        return self._raw


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step with the number of things that keep the draft from counsel."""

    step: GuidedStep
    number: int
    missing: int


def list_step_progress(opened: OpenedDraft) -> tuple[StepProgress, ...]:
    """List the steps of a draft, each with what it lacks.

    Args:
        opened: the draft.

    Returns:
        The steps in order; terms that are missing and open findings of law count, except criteria
        that only wait for counsel.
    """
    blocking = [
        find_step_of_finding(status.finding)
        for status in opened.findings
        if status.open and not _is_waiting(status.finding)
    ]
    places = [*map(find_step_of_term, opened.missing_terms), *blocking]
    return tuple(
        StepProgress(step, number, places.count(step.name))
        for number, step in enumerate(GUIDED_STEPS, start=1)
    )


def find_step_of_term(missing: MissingTerm) -> str:
    """Find the step that asks for a missing term.

    Args:
        missing: the term.

    Returns:
        The step's name; empty if only the full section asks for it.
    """
    key = missing.term.replace(" ", "_")
    for step in GUIDED_STEPS:
        for part in step.parts:
            is_asked = key in part.keys or (not key and part.table == missing.section)
            if part.table == missing.section and is_asked:
                return step.name
    return "data" if (missing.section, key) == ("data", "elements") else ""


def find_step_of_finding(finding: LintFinding) -> str:
    """Find the step in which a finding is answered.

    Args:
        finding: the finding.

    Returns:
        The step's name; that of the terms where no other step asks for it.
    """
    if _is_waiting(finding):
        return _SIGNATURES_STEP
    if is_criterion_finding(finding.key):
        return _CRITERIA_STEP
    return _find_step([place.name for place in reword_advice_for_form(finding.instead).places])


def _is_waiting(finding: LintFinding) -> bool:
    """Return whether a finding only waits for counsel, who reviews the whole text."""
    return finding.key == find_confirmation_key(finding.about)


def _find_step(sections: list[str]) -> str:
    for step in GUIDED_STEPS:
        if any(part.table in sections for part in step.parts if part.table):
            return step.name
    return "safeguards" if _SAFEGUARD_SECTIONS.intersection(sections) else _TERMS_STEP
