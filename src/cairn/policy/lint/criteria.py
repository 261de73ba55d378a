"""Check the criteria of the legal basis as facts: type, clause, quotation and confirmation.

A criterion without an answer, or with one that denies what the law asks, is reported by its own
rule (`legal_requirements.check_basis_criteria`). The findings here keep an agreement from being
relied on that is signed from `CONFIRMED_FROM` on. One that was signed earlier keeps its force: for
it they are advice (ADR 21).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, Final

from cairn.policy.facts import AgreementFact, CriterionFact
from cairn.policy.law import (
    BASIS_CRITERIA,
    CriterionSpec,
    RuleSource,
    list_criterion_specs,
    parse_criterion_period,
)
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.lint.hint_phrases import find_denying_phrase
from cairn.policy.vocabulary import AgreementState, CriterionType, PartyRole

CONFIRMED_FROM: Final = date(2027, 1, 1)
"""Day from which counsel of a data owner confirms each criterion before anyone signs."""

_POLICY: Final = "Cairn policy, agreements 11: each criterion is a fact that counsel confirms"


def _build_rule(number: int, message: str, instead: str) -> LintRule:
    return LintRule(f"LK{number:02}", RuleSource.PRACTICE, _POLICY, message, instead)


PLAIN_CRITERIA: Final = _build_rule(
    1,
    "The criteria of the legal basis are plain text: {keys}. No counsel has confirmed them.",
    "At the next amendment, enter the answer, the clause and the quotation of each, and have "
    "counsel of the data owner confirm it.",
)

NOT_CONFIRMED: Final = _build_rule(
    2,
    "No counsel of a data owner has confirmed the criterion “{about}”.",
    "Ask counsel of {owners} to read the clause, and to confirm this criterion on the page of the "
    "draft.",
)

WRONG_ANSWER: Final = _build_rule(
    3,
    "{about}: '{value}' is not an answer to the question “{asks}”",
    "Enter {expected}.",
)

TOO_LONG: Final = _build_rule(
    4,
    "{about}: {value} is longer than the law allows, {maximum} days ({law}).",
    "Agree on {maximum} days or less, and enter it as the answer.",
)

NO_SUCH_CLAUSE: Final = _build_rule(
    5,
    "{about} names the clause '{named}', which this agreement does not have.",
    "Choose the clause that answers the question “{asks}”",
)

NOT_QUOTED: Final = _build_rule(
    6,
    "{about}: the quotation is not in the text of {named}.",
    "Quote the words of {named} that answer the question “{asks}”",
)

CLAUSE_WITHOUT_TEXT: Final = _build_rule(
    7,
    "{about}: Cairn does not have the text of {named}, so that it could not compare the quotation.",
    "Enter the clause with its text under [[clauses]].",
)

DENYING_WORDS: Final = _build_rule(
    8,
    "{about}: the words “{said}” may say the opposite of what the law requires.",
    "Read the clause again. If it does not do what the law requires, change it before anyone "
    "signs.",
)

CRITERION_RULES: Final = (
    PLAIN_CRITERIA,
    NOT_CONFIRMED,
    WRONG_ANSWER,
    TOO_LONG,
    NO_SUCH_CLAUSE,
    NOT_QUOTED,
    CLAUSE_WITHOUT_TEXT,
    DENYING_WORDS,
)

# The linter's own rules, and the card of each criterion, which reports one that is not met.
_CRITERION_IDS: Final = frozenset(
    {
        *(rule.id for rule in CRITERION_RULES),
        *(card.id for cards in BASIS_CRITERIA.values() for card in cards.values()),
    }
)
_STOPPING: Final = (NOT_CONFIRMED, WRONG_ANSWER, TOO_LONG, NO_SUCH_CLAUSE, NOT_QUOTED)
_STOPPING_IDS: Final = frozenset(rule.id for rule in _STOPPING)

_UNSIGNED_STATES: Final = (
    AgreementState.DRAFT,
    AgreementState.COUNSEL_REVIEW,
    AgreementState.OUT_FOR_SIGNATURE,
)


def is_criterion_finding(key: str) -> bool:
    """Report whether a finding is about a criterion of the legal basis.

    A clause must meet the criterion, and counsel confirms it; counsel cannot accept the finding.

    Args:
        key: key of the finding (``LintFinding.key``).

    Returns:
        Whether it is.
    """
    return key.partition(" ")[0] in _CRITERION_IDS


def is_awaiting_counsel(finding: LintFinding) -> bool:
    """Report whether a finding only waits for counsel to confirm a criterion.

    Args:
        finding: the finding.

    Returns:
        Whether it does.
    """
    return finding.id == NOT_CONFIRMED.id


def find_confirmation_key(criterion: str) -> str:
    """Find the key of the finding that a criterion waits for the confirmation of counsel.

    Args:
        criterion: key of the criterion.

    Returns:
        Key of the finding.
    """
    return f"{NOT_CONFIRMED.id} {criterion}"


def list_unconfirmed_criteria(findings: Iterable[str]) -> tuple[str, ...]:
    """List the criteria that wait for the confirmation of counsel.

    Args:
        findings: keys of open findings.

    Returns:
        Keys of the criteria, in the order of the findings.
    """
    parts = (key.partition(" ") for key in findings)
    return tuple(criterion for rule, _, criterion in parts if rule == NOT_CONFIRMED.id)


def must_confirm_criteria(agreement: AgreementFact) -> bool:
    """Report whether an agreement may be relied on only with confirmed criteria.

    Args:
        agreement: the agreement.

    Returns:
        False for one that all of its parties signed before `CONFIRMED_FROM`; else True.
    """
    if agreement.state in _UNSIGNED_STATES:
        return True
    return any(
        party.signed_on is None or party.signed_on >= CONFIRMED_FROM for party in agreement.parties
    )


def check_criteria(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each criterion that is not a confirmed fact with a clause that says so."""
    agreement = lint_input.agreement
    is_required = must_confirm_criteria(agreement)
    for finding, spec in _list_findings(agreement, is_required=is_required):
        if is_required and finding.id in _STOPPING_IDS:
            citation = spec.card.citation if spec.card is not None else finding.citation
            yield replace(finding, severity=RuleSource.LAW, citation=citation)
        else:
            yield finding
    if not is_required and (plain_keys := _list_plain_keys(agreement)):
        yield PLAIN_CRITERIA.make_finding(agreement.basis_clause, keys=", ".join(plain_keys))


def check_criteria_of_signed(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report what `check_criteria` finds in an agreement that was signed from `CONFIRMED_FROM` on.

    A decision asks only this: it refuses an unsigned text by another rule, and an agreement that
    was signed earlier has no finding of law.
    """
    agreement = lint_input.agreement
    days = [party.signed_on for party in agreement.parties]
    is_signed = agreement.state not in _UNSIGNED_STATES and None not in days
    if is_signed and must_confirm_criteria(agreement):
        yield from check_criteria(lint_input)


def _list_findings(
    agreement: AgreementFact, *, is_required: bool
) -> Iterator[tuple[LintFinding, CriterionSpec]]:
    specs = list_criterion_specs(agreement.basis)
    texts = collect_clause_texts(agreement)
    for key in _list_stated_keys(agreement):
        spec = specs[key]
        fact = agreement.criterion_facts.get(key)
        if fact is not None:
            for finding in _check_fact(agreement, spec, fact, texts):
                yield finding, spec
        elif is_required:
            yield _build_unconfirmed_finding(agreement, spec), spec
        said = fact.quotation if fact is not None else agreement.criteria[key]
        if phrase := find_denying_phrase(said) if said not in spec.choices else "":
            clause = fact.clause if fact is not None else agreement.basis_clause
            yield DENYING_WORDS.make_finding(clause, key, said=phrase), spec


def _list_stated_keys(agreement: AgreementFact) -> tuple[str, ...]:
    """List the criteria that the text states, those of the basis first."""
    known = list_criterion_specs(agreement.basis)
    return tuple(key for key in known if agreement.criteria.get(key, "").strip())


def _list_plain_keys(agreement: AgreementFact) -> list[str]:
    facts = agreement.criterion_facts
    return [
        key
        for key in _list_stated_keys(agreement)
        if key in BASIS_CRITERIA[agreement.basis] and not (key in facts and facts[key].is_confirmed)
    ]


def _check_fact(
    agreement: AgreementFact, spec: CriterionSpec, fact: CriterionFact, texts: Mapping[str, str]
) -> Iterator[LintFinding]:
    yield from _check_value(spec, fact)
    yield from _check_quotation(spec, fact, texts)
    if not _is_confirmed_for_owner(agreement, fact):
        yield _build_unconfirmed_finding(agreement, spec)


def _check_value(spec: CriterionSpec, fact: CriterionFact) -> Iterator[LintFinding]:
    """Check that the answer has the type that the criterion asks for."""
    details = {"asks": spec.asks, "value": fact.value or "(no answer)"}
    if spec.type is CriterionType.CHOICE and fact.value not in spec.answers:
        expected = "one of " + ", ".join(spec.answers)
        yield WRONG_ANSWER.make_finding(fact.clause, spec.key, expected=expected, **details)
    elif spec.type is CriterionType.ORGANIZATION and not fact.value.strip():
        expected = "the short name of the organization, or several with commas"
        yield WRONG_ANSWER.make_finding(fact.clause, spec.key, expected=expected, **details)
    elif spec.type is CriterionType.PERIOD:
        days = parse_criterion_period(fact.value)
        if days is None:
            expected = "a number of days, months or years, such as 90 days or 3 years"
            yield WRONG_ANSWER.make_finding(fact.clause, spec.key, expected=expected, **details)
        elif spec.maximum_days is not None and days > spec.maximum_days:
            yield TOO_LONG.make_finding(
                fact.clause,
                spec.key,
                value=fact.value,
                maximum=spec.maximum_days,
                law=spec.maximum_law,
            )


def _check_quotation(
    spec: CriterionSpec, fact: CriterionFact, texts: Mapping[str, str]
) -> Iterator[LintFinding]:
    """Check that the clause exists, and that its text has the words that are quoted."""
    if spec.type is CriterionType.ORGANIZATION and not fact.clause:
        return
    text = find_clause_text(texts, fact.clause)
    clause = fact.clause or "(no clause)"
    if text is None:
        yield NO_SUCH_CLAUSE.make_finding(fact.clause, spec.key, named=clause, asks=spec.asks)
    elif spec.needs_quotation and not fact.quotation.strip():
        yield NOT_QUOTED.make_finding(fact.clause, spec.key, named=clause, asks=spec.asks)
    elif fact.quotation.strip() and not text:
        yield CLAUSE_WITHOUT_TEXT.make_finding(fact.clause, spec.key, named=clause)
    elif _normalize(fact.quotation) not in text:
        yield NOT_QUOTED.make_finding(fact.clause, spec.key, named=clause, asks=spec.asks)


def _is_confirmed_for_owner(agreement: AgreementFact, fact: CriterionFact) -> bool:
    owners = agreement.list_organizations(PartyRole.PROVIDER)
    return fact.is_confirmed and fact.confirmed_for in owners


def _build_unconfirmed_finding(agreement: AgreementFact, spec: CriterionSpec) -> LintFinding:
    owners = " or ".join(
        party.name or party.organization
        for party in agreement.parties
        if party.role is PartyRole.PROVIDER
    )
    fact = agreement.criterion_facts.get(spec.key)
    clause = fact.clause if fact is not None else agreement.basis_clause
    return NOT_CONFIRMED.make_finding(clause, spec.key, owners=owners or "the data owner")


def collect_clause_texts(agreement: AgreementFact) -> Mapping[str, str]:
    """Collect the text of every clause that an agreement refers to, by its reference.

    The words of a clause are those of ``[[clauses]]``, and those of each term that names it, such
    as the method of destruction.

    Args:
        agreement: the agreement.

    Returns:
        Normalized text by normalized reference; empty text where only the reference is known.
    """
    texts: dict[str, list[str]] = {}
    for reference, words in _iterate_clause_texts(agreement):
        if reference.strip():
            texts.setdefault(_normalize(reference), []).append(words)
    return {reference: _normalize(" ".join(words)) for reference, words in texts.items()}


def find_clause_text(texts: Mapping[str, str], clause: str) -> str | None:
    """Find the text of a clause, with that of its parts: "§3" includes "§3.2".

    Args:
        texts: result of `collect_clause_texts`.
        clause: reference of the clause.

    Returns:
        The normalized text; ``None`` if the agreement has no such clause.
    """
    wanted = _normalize(clause)
    if not wanted:
        return None
    parts = [
        text
        for reference, text in texts.items()
        if reference == wanted or reference.startswith((f"{wanted}.", f"{wanted},", f"{wanted} "))
    ]
    return " ".join(part for part in parts if part) if parts else None


def _iterate_clause_texts(agreement: AgreementFact) -> Iterator[tuple[str, str]]:
    for clause in agreement.clauses:
        yield clause.ref, clause.said
    for exhibit in agreement.exhibits:
        yield exhibit.name, exhibit.title
    for reference in (
        agreement.basis_clause,
        agreement.purpose_clause,
        agreement.security_clause,
        agreement.amendment_clause,
        agreement.termination_clause,
    ):
        yield reference, ""
    for field_info in fields(agreement):
        if field_info.name not in ("above", "clauses"):
            value = getattr(agreement, field_info.name)
            for term in value if isinstance(value, tuple) else (value,):
                yield from _iterate_term_texts(term)


def _iterate_term_texts(term: Any) -> Iterator[tuple[str, str]]:
    """Yield the clause of a term with the texts of the term."""
    if is_dataclass(term) and not isinstance(term, type) and hasattr(term, "clause"):
        words = [getattr(term, item.name) for item in fields(term) if item.name != "clause"]
        yield (
            term.clause,
            " ".join(word for word in words if isinstance(word, str)),
        )


_QUOTATION_MARKS: Final = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")


def _normalize(text: str) -> str:
    """Return the words of a text: case, blanks, kinds of quotation marks and final stops are not
    read.
    """
    return " ".join(text.translate(_QUOTATION_MARKS).lower().split()).rstrip(" .;…")
