"""Define a lint finding, the lint rule that makes it, and the input of a lint check."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.facts import AgreementFact, DataDictionaryFact, StateLawReview
from cairn.policy.law import RuleSource, fill_template

NOT_FOUND: Final = "not found"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Describe one problem: where the text says it (or that it is missing), and what to write.

    A data owner's counsel names the ``key`` to override a finding.

    Attributes:
        id: id of the kind of finding, unique among the rules of the linter.
        severity: source of the finding; one from the law keeps the agreement out of force.
        citation: law or practice that it comes from.
        clause: clause of the text that it is about; ``NOT_FOUND`` if the text has none.
        message: the problem, as a sentence.
        instead: what to write instead, as a sentence.
        about: separates several findings of one id: an element, a party, a purpose; empty if there
            can be only one.
        blocks_use: whether no record may be used until the text or the register is mended, though
            the finding does not block signing.
    """

    id: str
    severity: RuleSource
    citation: str
    clause: str
    message: str
    instead: str
    about: str = ""
    blocks_use: bool = False

    @property
    def key(self) -> str:
        """Return the name of the finding within this text."""
        return f"{self.id} {self.about}" if self.about else self.id


@dataclass(frozen=True, slots=True)
class LintRule:
    """Describe a kind of finding: its id, its source, and templates of its texts."""

    id: str
    severity: RuleSource
    citation: str
    message: str
    instead: str
    blocks_use: bool = False

    def make_finding(self, clause: str = "", about: str = "", **facts: object) -> LintFinding:
        """Make a finding of this rule about one place in one text."""
        values = {"about": about, **facts}
        return LintFinding(
            self.id,
            self.severity,
            self.citation,
            clause or NOT_FOUND,
            fill_template(self.message, values),
            fill_template(self.instead, values),
            about,
            self.blocks_use,
        )


@dataclass(frozen=True, slots=True)
class LintInput:
    """Hold the input of a check: the agreement, its providers' dictionaries, the day, the register.

    ``dictionaries``, ``organizations`` (names of the registered partners, by slug) and
    ``state_reviews`` are ``None`` if they are not available; then the checks about them do not run.
    ``states`` are the states of the providers, by slug; an unregistered provider is absent.
    """

    agreement: AgreementFact
    dictionaries: tuple[DataDictionaryFact, ...] | None
    on: date
    states: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    organizations: Mapping[str, str] | None = None
    state_reviews: tuple[StateLawReview, ...] | None = None


LintCheck = Callable[[LintInput], Iterable[LintFinding]]


def run_lint_checks(checks: Iterable[LintCheck], lint_input: LintInput) -> Iterator[LintFinding]:
    """Yield the findings of several checks, in their order."""
    for check in checks:
        yield from check(lint_input)
