"""Turn agreement rows into the frozen facts that the policy package evaluates."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from django.utils import timezone

from cairn.governance.agreements.models import (
    Agreement,
    CriterionConfirmation,
    FindingOverride,
    Signature,
)
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.governance.partners.api import Organization, load_state_reviews
from cairn.platform.actions.api import (
    keep_while_rows_unchanged,
    may_keep_results,
    open_request_cache,
)
from cairn.policy import checks
from cairn.policy.facts import (
    AgreementFact,
    CriterionFact,
    DataDictionaryFact,
    FindingOverrideFact,
    Party,
    StateLawReview,
    build_part_reference,
    find_part_agreement,
    prefix_part_key,
)
from cairn.policy.lint import LintFinding, lint_agreement
from cairn.policy.vocabulary import AgreementState, PartyRole, SignatureMethod

__all__ = ["find_agreement_data_owners", "load_agreement_fact", "load_agreement_facts"]

SignaturesByDigest = Mapping[str, list[Signature]]
OverridesByDigest = Mapping[str, list[FindingOverride]]
ConfirmationsByDigest = Mapping[str, list[CriterionConfirmation]]

_AgreementKey = tuple[date, str, str, str, str, date | None]
_LINTED: Final[dict[str, tuple[tuple[Any, ...], tuple[LintFinding, ...]]]] = {}
"""The last inputs and findings of the linter, by the digest of the text."""

_LINTED_TEXTS: Final = 256


def compute_text_digest(text: str) -> str:
    """Compute the SHA-256 (hex) of exactly this text; a signature covers that digest.

    Args:
        text: the agreement's TOML text.

    Returns:
        64 hexadecimal digits.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def load_agreement_fact(row: Agreement, on: date | None = None) -> AgreementFact:
    """Load the fact of one agreement from its newest text.

    Args:
        row: the agreement's row.
        on: the date for which to resolve joinders; today if omitted.

    Returns:
        The agreement with the agreements it depends on and the parties that had joined it by
        that date.
    """
    return load_agreement_facts((row,), on)[0]


def load_agreement_facts(
    rows: Iterable[Agreement], on: date | None = None
) -> tuple[AgreementFact, ...]:
    """Load the facts of many agreements with a constant number of queries.

    A page that only reads loads the same row once, however often it asks.

    Args:
        rows: the agreement rows.
        on: the date for which to resolve joinders; today if omitted.

    Returns:
        One fact per row, in the order given, each with the agreements it depends on and its
        joinders.
    """
    requested, day = tuple(rows), on or timezone.localdate()
    keys = [_key_row(row, day) for row in requested]
    if requested and may_keep_results():
        kept = _load_all_agreement_facts(day)
        if all(key in kept for key in keys):
            return tuple(kept[key] for key in keys)
    loaded = open_request_cache("agreements")
    missing = {key: row for row, key in zip(requested, keys, strict=True) if key not in loaded}
    loaded |= _resolve_agreements(missing, day)
    return tuple(loaded[key] for key in keys)


def _key_row(row: Agreement, on: date) -> _AgreementKey:
    """Name what of a row its facts depend on: a row that is not saved yet has other facts."""
    return (on, row.reference, row.text, row.part, row.state, row.terminated_on)


@keep_while_rows_unchanged()
def _load_all_agreement_facts(on: date) -> Mapping[_AgreementKey, AgreementFact]:
    return _resolve_agreements({_key_row(row, on): row for row in Agreement.objects.all()}, on)


def _resolve_agreements(
    rows: Mapping[_AgreementKey, Agreement], on: date
) -> dict[_AgreementKey, AgreementFact]:
    if not rows:
        return {}
    terms = _load_terms_by_reference(tuple(rows.values()), on)
    return {
        key: checks.resolve_agreement_chain(terms[row.reference], terms)
        for key, row in rows.items()
    }


def find_agreement_data_owners(references: Iterable[str], on: date) -> frozenset[str]:
    """Find the organizations that provide the data of these agreements.

    Args:
        references: references of the agreements.
        on: the date for which to resolve the agreements.

    Returns:
        Slugs of the providers.
    """
    rows = Agreement.objects.filter(reference__in=list(references))
    return frozenset(
        slug
        for terms in load_agreement_facts(rows, on)
        for slug in terms.list_organizations(PartyRole.PROVIDER)
    )


@dataclass(frozen=True, slots=True)
class PartnerRegister:
    """What the linter reads of the register of partners.

    Attributes:
        names: name by slug.
        states: state by slug.
        reviews: counsel's reviews of state law.
    """

    names: Mapping[str, str]
    states: Mapping[str, str]
    reviews: tuple[StateLawReview, ...]


def load_partner_register() -> PartnerRegister:
    """Load the register of partners for the linter.

    Returns:
        All partners, and all reviews of state law.
    """
    rows = list(Organization.objects.values_list("slug", "name", "state"))
    return PartnerRegister(
        {slug: name for slug, name, _state in rows},
        {slug: state for slug, _name, state in rows},
        load_state_reviews(),
    )


def lint_with_register(
    terms: AgreementFact,
    dictionaries: Iterable[DataDictionaryFact] | None,
    on: date,
    register: PartnerRegister | None = None,
) -> tuple[LintFinding, ...]:
    """Lint an agreement with the register: its partners, their states and counsel's reviews.

    Args:
        terms: the agreement.
        dictionaries: data dictionaries of its providers; None if there are none.
        on: the date for which to lint.
        register: the register of partners; None loads it.

    Returns:
        The findings, ranked. The law of a provider's state is applied where the provider is
        registered with its state.
    """
    providers = terms.list_organizations(PartyRole.PROVIDER)
    register = register or load_partner_register()
    states = register.states
    inputs = (
        terms,
        None if dictionaries is None else tuple(dictionaries),
        on,
        {slug: states[slug] for slug in sorted(providers) if slug in states},
    )
    reviews = tuple(review for review in register.reviews if review.organization in providers)
    # Linting takes 20 ms, and each page with drafts asks: the same inputs are not linted again.
    key = (*inputs, register.names, reviews)
    known = _LINTED.get(terms.text_digest)
    if known is None or known[0] != key:
        if len(_LINTED) >= _LINTED_TEXTS:
            _LINTED.clear()
        findings = lint_agreement(*inputs, organizations=register.names, state_reviews=reviews)
        known = _LINTED[terms.text_digest] = (key, findings)
    return known[1]


def find_reference_cycle(terms: AgreementFact) -> tuple[str, ...]:
    """Find the chain of references by which a new text would come to depend on itself.

    Args:
        terms: the agreement that is about to be recorded.

    Returns:
        The references of the cycle in order; empty if there is none.
    """
    rests_on = Agreement.objects.filter(reference__in=checks.list_referenced_agreements(terms))
    terms_by_reference = _load_terms_by_reference(tuple(rests_on), timezone.localdate())
    return checks.find_agreement_circle(terms, {**terms_by_reference, terms.reference: terms})


def apply_signatures(
    terms: AgreementFact, digest: str, signatures: Iterable[Signature]
) -> AgreementFact:
    """Return the agreement with exactly these signatures, replacing any that its text states.

    Args:
        terms: the agreement as its text says it.
        digest: SHA-256 of the text.
        signatures: the signature rows made for that digest.

    Returns:
        A copy of the agreement with the signatures and the digest.
    """
    by_party = {row.organization.slug: row for row in signatures}
    return replace(
        terms,
        text_digest=digest,
        parties=tuple(
            _apply_party_signature(party, by_party.get(party.organization))
            for party in terms.parties
        ),
    )


def apply_overrides(terms: AgreementFact, overrides: Iterable[FindingOverride]) -> AgreementFact:
    """Return the agreement with the findings that counsel accepted in this text.

    Args:
        terms: the agreement as its text says it.
        overrides: the override rows made for the digest of that text.

    Returns:
        A copy of the agreement with the overrides.
    """
    accepted = tuple(
        FindingOverrideFact(
            finding=row.finding,
            by=row.by.name,
            organization=row.organization.slug,
            on=timezone.localdate(row.at),
            reason=row.reason,
        )
        for row in overrides
    )
    return replace(terms, overrides=accepted)


def apply_confirmations(
    terms: AgreementFact, confirmations: Iterable[CriterionConfirmation]
) -> AgreementFact:
    """Return the agreement with exactly these confirmations of its criteria by counsel.

    A criterion that the text states as plain words is no typed fact, and has none.

    Args:
        terms: the agreement as its text says it.
        confirmations: the confirmation rows made for the digest of that text.

    Returns:
        A copy of the agreement with the confirmations, which replace any that its text states.
    """
    by_criterion = {row.criterion: row for row in confirmations}

    def confirm(stated: Mapping[str, CriterionFact], part: str) -> Mapping[str, CriterionFact]:
        return MappingProxyType(
            {
                key: _confirm_criterion(
                    fact, by_criterion.get(prefix_part_key(part, key) if part else key)
                )
                for key, fact in stated.items()
            }
        )

    return replace(
        terms,
        criterion_facts=confirm(terms.criterion_facts, ""),
        parts=tuple(
            replace(part, criterion_facts=confirm(part.criterion_facts, part.id))
            for part in terms.parts
        ),
    )


def _confirm_criterion(fact: CriterionFact, row: CriterionConfirmation | None) -> CriterionFact:
    if row is None:
        return replace(fact, confirmed_by="", confirmed_for="", confirmed_on=None)
    return replace(
        fact, confirmed_by=row.counsel, confirmed_for=row.organization.slug, confirmed_on=row.on
    )


@lru_cache(maxsize=512)
def parse_cached_text(text: str) -> AgreementFact:
    """Parse a text and cache the result; facts are frozen, so the same text can share one.

    Args:
        text: the agreement's TOML text.

    Returns:
        The agreement fact. Raises `BadAgreement` for a text that cannot be read.
    """
    return parse_agreement(text)


def _load_terms_by_reference(
    requested: tuple[Agreement, ...], on: date
) -> dict[str, AgreementFact]:
    """Load the requested agreements, everything they depend on, and their joinders, by
    reference.
    """
    rows = {row.reference: row for row in requested}
    missing_references = _collect_references(rows.values()) - set(rows)
    while missing_references:
        parent_rows = Agreement.objects.filter(reference__in=missing_references)
        rows |= {row.reference: row for row in parent_rows}
        missing_references = _collect_references(parent_rows) - set(rows)
    wholes = {_find_whole_reference(row) for row in rows.values()}
    joinder_rows = Agreement.objects.filter(joins__in=wholes, part="")
    # An amendment names the amended agreement in its text alone. Policy reads which it amends.
    amendment_rows = Agreement.objects.filter(text__contains="amends")
    added_rows = {row.reference: row for row in (*joinder_rows, *amendment_rows)}
    signed_terms = _load_signed_terms((added_rows | rows).values())
    joinders = [signed_terms[row.reference] for row in joinder_rows]
    amendments = [signed_terms[row.reference] for row in amendment_rows]
    amended = checks.apply_amendments(signed_terms.values(), amendments, on)
    return {terms.reference: checks.add_joined_parties(terms, joinders, on) for terms in amended}


def _collect_references(rows: Iterable[Agreement]) -> set[str]:
    return {
        name for row in rows for name in checks.list_referenced_agreements(_parse_row_terms(row))
    }


def _find_whole_reference(row: Agreement) -> str:
    if not row.part:
        return row.reference
    return row.reference.removesuffix(build_part_reference("", row.part))


def _parse_row_terms(row: Agreement) -> AgreementFact:
    """Parse the text of an agreement, or of the part that a row is."""
    return _select_part(parse_cached_text(row.text), row)


def _select_part(terms: AgreementFact, row: Agreement) -> AgreementFact:
    part = find_part_agreement(terms, row.part) if row.part else terms
    if part is None:  # pragma: no cover - the row of a part keeps the last text that has the part
        raise LookupError(row.reference)
    return part


def _load_signed_terms(rows: Iterable[Agreement]) -> dict[str, AgreementFact]:
    digests = {row.reference: (row, compute_text_digest(row.text)) for row in rows}
    texts = {text for _row, text in digests.values()}
    signatures = load_signatures(texts)
    # What counsel confirmed of a draft is in the text that was signed elsewhere.
    rows_of_drafts = _DraftRows(
        signatures, load_finding_overrides(texts), load_confirmations(signatures)
    )
    return {
        reference: _build_agreement_fact(row, text, rows_of_drafts)
        for reference, (row, text) in digests.items()
    }


@dataclass(frozen=True, slots=True)
class _DraftRows:
    """What was recorded for drafts on the way to signature, by the digest of the text."""

    signatures: SignaturesByDigest
    overrides: OverridesByDigest
    confirmations: ConfirmationsByDigest


def load_signatures(digests: Iterable[str]) -> SignaturesByDigest:
    """Load the signatures made in Cairn, grouped by the digest of the signed text.

    Args:
        digests: SHA-256 digests of agreement texts.

    Returns:
        Mapping of digest to signature rows; digests without a signature are absent.
    """
    rows_by_digest: dict[str, list[Signature]] = defaultdict(list)
    for row in Signature.objects.filter(digest__in=set(digests)).select_related("organization"):
        rows_by_digest[row.digest].append(row)
    return rows_by_digest


def load_finding_overrides(digests: Iterable[str]) -> OverridesByDigest:
    """Load the findings that counsel accepted, grouped by the digest of the text they concern.

    Args:
        digests: SHA-256 digests of agreement texts.

    Returns:
        Mapping of digest to override rows; digests without an override are absent.
    """
    rows_by_digest: dict[str, list[FindingOverride]] = defaultdict(list)
    rows = FindingOverride.objects.filter(digest__in=set(digests))
    for row in rows.select_related("organization", "by"):
        rows_by_digest[row.digest].append(row)
    return rows_by_digest


def load_confirmations(digests: Iterable[str]) -> ConfirmationsByDigest:
    """Load the criteria that counsel confirmed, grouped by the digest of the text they concern.

    Args:
        digests: SHA-256 digests of agreement texts.

    Returns:
        Mapping of digest to confirmation rows; digests without a confirmation are absent.
    """
    rows_by_digest: dict[str, list[CriterionConfirmation]] = defaultdict(list)
    if not (wanted := set(digests)):
        return rows_by_digest
    rows = CriterionConfirmation.objects.filter(digest__in=wanted)
    for row in rows.select_related("organization"):
        rows_by_digest[row.digest].append(row)
    return rows_by_digest


def _build_agreement_fact(row: Agreement, text: str, recorded: _DraftRows) -> AgreementFact:
    terms = parse_cached_text(row.text)
    if text in recorded.signatures:
        terms = apply_signatures(terms, text, recorded.signatures[text])
        terms = apply_confirmations(terms, recorded.confirmations.get(text, ()))
    return replace(
        _select_part(apply_overrides(terms, recorded.overrides.get(text, ())), row),
        state=AgreementState(row.state),
        terminated_on=row.terminated_on or terms.terminated_on,
    )


def _apply_party_signature(party: Party, row: Signature | None) -> Party:
    if row is None:
        return replace(party, signed_by="", signed_capacity="", signed_on=None)
    return replace(
        party,
        signed_by=row.name,
        signed_capacity=row.capacity,
        signed_on=row.on,
        signed_digest=row.digest,
        signed_how=_describe_signature_method(row),
    )


def _describe_signature_method(row: Signature) -> str:
    if row.method == SignatureMethod.PAPER.value:
        return f"signed on paper, attested by {row.by.name}"
    return _IDENTIFIED_BY[SignatureMethod(row.method)]


_IDENTIFIED_BY = {
    SignatureMethod.SESSION: "signed in Cairn with multi-factor authentication",
    SignatureMethod.DEMONSTRATION: "signed in a demonstration, without multi-factor authentication",
    SignatureMethod.COMMAND: "signed with a command on the server, as this account",
}
