"""Declare the steps by which a draft is written, what matters first, and build their forms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.forms.finding_advice import reword_advice_for_form
from cairn.governance.agreements.forms.format_fields import FieldChoices
from cairn.governance.agreements.forms.section import SectionForms
from cairn.governance.agreements.queries.visible_drafts import MissingTerm, OpenedDraft
from cairn.governance.agreements.toml_format.declaration import PART_TABLE, TABLE_BY_KEY
from cairn.policy.lint import LintFinding, find_confirmation_key, is_criterion_finding

_TOP_KEY: Final = ""
_AGREEMENT_SECTION: Final = "agreement"
_CRITERIA_STEP: Final = "criteria"
_TERMS_STEP: Final = "terms"
_SIGNATURES_STEP: Final = "signatures"


def _list_keys(table: str, first: int = 0) -> tuple[str, ...]:
    """List the keys of a table from a position on."""
    return tuple(field.key for field in TABLE_BY_KEY[table].fields)[first:]


@dataclass(frozen=True, slots=True)
class StepPart:
    """The fields of one table of the text that a step asks; the others keep their values.

    `more` are asked rarely, and folded. A part with these alone is folded as a whole.
    """

    table: str
    keys: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    adds_rows: bool = True
    removes_rows: bool = True

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys that the step asks, in the order of the page."""
        return (*self.keys, *self.more)


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
        (StepPart("parties", ("organization", "role", "approved_on"), ("name", "kind")),),
    ),
    GuidedStep(
        "purpose",
        _("Purpose and legal basis"),
        _("What the data are for, and which law allows the provider to share them."),
        (
            StepPart(_TOP_KEY, ("purposes",), ("purpose_clause", "level")),
            StepPart("legal_basis", ("basis",)),
            StepPart("project", more=_list_keys("project")),
            StepPart("consent", more=_list_keys("consent")),
        ),
    ),
    GuidedStep(
        "data",
        _("Data"),
        _("Which data elements of which students and years. Share only what the purpose needs."),
        (
            StepPart(
                "data",
                ("years", "used_for", "retention_days"),
                ("clause", "provider", "data_set", "file_names", "mode"),
                adds_rows=False,
            ),
            StepPart("children", ("everyone", "grades"), _list_keys("children", 2)),
            StepPart(_TOP_KEY, more=("population",)),
        ),
    ),
    GuidedStep(
        "safeguards",
        _("Access, retention and security"),
        _("Who may see the data, how long they are kept, and how they are protected."),
        (
            StepPart("access", ("organization", "role", "interest"), ("account_roles", "clause")),
            StepPart(
                "retention", ("period_days", "counted_from", "method"), _list_keys("retention", 3)
            ),
            StepPart("security", ("conditions",), ("clause",)),
            StepPart("delivery", ("frequency", "contacts", "receivers"), ("channels", "clause")),
            StepPart("disclosure", more=_list_keys("disclosure")),
            StepPart("onward", more=_list_keys("onward")),
            StepPart("giveback", more=_list_keys("giveback")),
        ),
    ),
    GuidedStep(
        _TERMS_STEP,
        _("Term"),
        _("When the agreement starts and ends, and how a party may terminate it."),
        (
            StepPart(
                _TOP_KEY,
                ("title", "starts", "ends", "termination_notice_days"),
                (
                    "termination_clause",
                    "amendment_clause",
                    "reference",
                    "tier",
                    "under",
                    "amends",
                    "joins",
                    "pilot",
                ),
            ),
            StepPart("renewal", more=_list_keys("renewal")),
            StepPart("penalties", more=_list_keys("penalties")),
        ),
    ),
    GuidedStep(
        "clauses",
        _("Clauses and exhibits"),
        _("The clauses of the text that no other step asks for. The next step refers to them."),
        (
            StepPart("clauses", more=_list_keys("clauses")),
            StepPart("exhibits", more=_list_keys("exhibits")),
            StepPart("milestones", more=_list_keys("milestones")),
            StepPart("changes", more=_list_keys("changes")),
        ),
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

# What these steps ask of an agreement with parts, in place of its one legal basis.
_STEPS_BY_PART: Final[Mapping[str, StepPart]] = {
    "purpose": StepPart(
        PART_TABLE.key,
        ("basis", "purposes"),
        ("purpose_clause",),
        adds_rows=False,
        removes_rows=False,
    ),
    _CRITERIA_STEP: StepPart(
        PART_TABLE.key, ("clause", "criteria"), adds_rows=False, removes_rows=False
    ),
}


def list_step_parts(step: GuidedStep, *, has_parts: bool) -> tuple[StepPart, ...]:
    """List what a step asks of a text.

    Args:
        step: the step.
        has_parts: whether the text has several legal bases, each in a part of its own.

    Returns:
        The tables with the keys that the step asks.
    """
    if not has_parts or step.name not in _STEPS_BY_PART:
        return step.parts
    shared = (
        replace(part, keys=(), more=("level",)) if part.table == _TOP_KEY else part
        for part in step.parts
        if part.table != "legal_basis"
    )
    return (_STEPS_BY_PART[step.name], *shared)


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
        for part in list_step_parts(step, has_parts=PART_TABLE.key in self._raw):
            table = TABLE_BY_KEY[part.table]
            # A table without sent rows does not change.
            given = None if table.many and f"{table.key}-rows" not in (sent or {}) else sent
            section = SectionForms(
                table,
                self._raw,
                given,
                keys=part.keys,
                more=part.more,
                choices=choices,
                adds_rows=part.adds_rows,
                removes_rows=part.removes_rows,
            )
            self.sections.append(section)
            if given is not None and section.is_valid():
                self._raw = section.build_changed_tables()

    @property
    def forms(self) -> list[Any]:
        """The forms of all sections."""
        return [form for section in self.sections for form in section.forms]

    @property
    def removes_rows(self) -> bool:
        """Whether the person removed a row, so that the others have other numbers."""
        return any(form.is_removed for form in self.forms)

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
        The step's name; that of the terms for a key that no step asks.
    """
    key = missing.term.replace(" ", "_")
    if (missing.section, key) == ("data", "elements"):
        return "data"
    for step in GUIDED_STEPS:
        for part in (*step.parts, *filter(None, (_STEPS_BY_PART.get(step.name),))):
            is_asked = key in part.all_keys or (not key and part.table == missing.section)
            if part.table == missing.section and is_asked:
                return step.name
    return _find_step([missing.section or _AGREEMENT_SECTION])


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
    advice = reword_advice_for_form(finding.instead)
    return _find_step([place.name for place in advice.places], advice.keys)


def _is_waiting(finding: LintFinding) -> bool:
    """Return whether a finding only waits for counsel, who reviews the whole text."""
    return finding.key == find_confirmation_key(finding.about)


def _find_step(sections: Collection[str], keys: Collection[str] = ()) -> str:
    """Find the step that asks for one of these keys, else for one of these sections."""
    tables = {_TOP_KEY if section == _AGREEMENT_SECTION else section for section in sections}
    places = [
        (step.name, part)
        for step in GUIDED_STEPS
        for part in (*step.parts, *filter(None, (_STEPS_BY_PART.get(step.name),)))
        if part.table in tables
    ]
    asked = (name for name, part in places if not set(keys).isdisjoint(part.all_keys))
    whole = (name for name, part in places if part.table != _TOP_KEY)
    return next(asked, None) or next(whole, _TERMS_STEP)
