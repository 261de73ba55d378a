"""Turn drafts into facts: their terms, findings, counsel reviews and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Final

from cairn.governance.agreements import facts
from cairn.governance.agreements.models import Agreement, AgreementVersion, Draft, PaperSignature
from cairn.governance.agreements.toml_format.mistakes import BadAgreement, FormatMistake
from cairn.governance.agreements.toml_format.parser import ParsedText, parse_as_far_as_possible
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.partners.api import Organization
from cairn.policy.facts import AgreementFact, DraftFact, PaperSignatureFact
from cairn.policy.law import RuleSource
from cairn.policy.lint import LintFinding
from cairn.policy.vocabulary import AgreementState, PartyRole

OPEN_DRAFT_STATES: Final = ("draft", "counsel_review", "out_for_signature")


class BadDraft(Exception):
    """A draft that cannot be saved; `mistakes` says why and what to do."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class DraftReading:
    """A draft's text as the agreement it would become, with everything wrong with it.

    `mistakes` are what keeps the text from being an agreement at all, or from ever being in
    force. `findings` come from the agreement linter; `open_law_findings` are the legal ones
    that no counsel has overridden.
    """

    terms: AgreementFact
    mistakes: tuple[FormatMistake, ...]
    findings: tuple[LintFinding, ...]

    @property
    def open_law_findings(self) -> tuple[str, ...]:
        """The keys of the legal findings that no counsel has overridden."""
        let_stand = {override.finding for override in self.terms.overrides}
        keys = (finding.key for finding in self.findings if finding.severity is RuleSource.LAW)
        return tuple(dict.fromkeys(key for key in keys if key not in let_stand))


def read_unfinished_terms(text: str) -> AgreementFact:
    """Read as much of an unfinished text as possible.

    Args:
        text: the draft's TOML text.

    Returns:
        The agreement fact, with defaults for the parts that are missing or wrong.

    Raises:
        BadDraft: the text is not TOML.
    """
    try:
        return _read_cached(text).agreement
    except BadAgreement as bad:
        raise BadDraft(bad.mistakes) from bad


def list_party_slugs(terms: AgreementFact) -> tuple[str, ...]:
    """List the slugs of the named parties, each once, in the order of the text.

    Args:
        terms: the agreement.

    Returns:
        Slugs of the parties.
    """
    return tuple(dict.fromkeys(party.organization for party in terms.parties if party.organization))


def find_free_reference(wanted: str) -> str:
    """Find a reference that no agreement and no open draft has.

    Args:
        wanted: the reference to use if it is free.

    Returns:
        The wanted reference, or the same with the first free number from 2: "DSA-ELM-2".
    """
    taken = {
        *Agreement.objects.filter(reference__startswith=wanted).values_list("reference", flat=True),
        *Draft.objects.filter(
            reference__startswith=wanted, state__in=OPEN_DRAFT_STATES
        ).values_list("reference", flat=True),
    }
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def read_draft(draft: Draft, on: date) -> DraftReading:
    """Read a draft's text with what was recorded for exactly that text, and lint it.

    That is the signatures, the findings that counsel accepted and the criteria that counsel
    confirmed.

    Args:
        draft: the draft's row.
        on: the date for which to lint.

    Returns:
        The terms, the mistakes and the linter's findings.
    """
    parsed_text, digest = _read_cached(draft.text), facts.compute_text_digest(draft.text)
    signatures = facts.load_signatures([digest]).get(digest, ())
    terms = facts.apply_signatures(parsed_text.agreement, digest, signatures)
    terms = facts.apply_overrides(terms, facts.load_finding_overrides([digest]).get(digest, ()))
    terms = facts.apply_confirmations(terms, facts.load_confirmations([digest]).get(digest, ()))
    terms = replace(terms, state=AgreementState(draft.state))
    owners = terms.list_organizations(PartyRole.PROVIDER)
    owner_dictionaries = (load_current_dictionaries(*owners) if owners else ()) or None
    mistakes = (*parsed_text.mistakes, *_find_missing_end(parsed_text))
    findings = facts.lint_with_register(terms, owner_dictionaries, on)
    return DraftReading(terms, mistakes, findings)


def _find_missing_end(parsed_text: ParsedText) -> list[FormatMistake]:
    """Find that a text does not state when it ends: signed like this, it is never in force.

    A joinder has the term of the agreement that it joins.
    """
    terms = parsed_text.agreement
    if terms.ends is not None or terms.joins or "ends" in {m.key for m in parsed_text.mistakes}:
        return []
    told = (
        "“ends” is missing: enter the last day, such as 2029-06-30, or “until terminated” if the "
        "agreement has no last day. Without it the signed agreement is not in force."
    )
    return [FormatMistake(1, told, (), "ends")]


def build_draft_fact(
    draft: Draft, on: date, known_reading: DraftReading | None = None
) -> DraftFact:
    """Build the fact of a draft for the policy package.

    Args:
        draft: the draft's row.
        on: the date of the question.
        known_reading: the result of `read_draft`, if the caller has it already.

    Returns:
        The draft's state, parties, owners, mistakes, open findings, reviews and signatures.
    """
    draft_reading = known_reading or read_draft(draft, on)
    digest, party_slugs = (
        facts.compute_text_digest(draft.text),
        list_party_slugs(draft_reading.terms),
    )
    registered = set(
        Organization.objects.filter(slug__in=party_slugs).values_list("slug", flat=True)
    )
    return DraftFact(
        reference=draft.reference,
        state=AgreementState(draft.state),
        organization=draft.organization.slug,
        parties=frozenset(party_slugs),
        owners=draft_reading.terms.list_organizations(PartyRole.PROVIDER),
        digest=digest,
        mistakes=len(draft_reading.mistakes),
        unregistered=tuple(slug for slug in party_slugs if slug not in registered),
        findings=draft_reading.open_law_findings,
        reviewed=_list_organization_slugs(draft, "reviews", digest),
        signed=_list_organization_slugs(draft, "signatures", digest),
        joins=draft_reading.terms.joins,
        base=_load_joined_agreement(draft_reading.terms.joins, on),
        overtaken=_is_overtaken(draft),
        pilot=bool(draft_reading.terms.pilot),
        was_pilot=_was_recorded_as_pilot(draft.reference),
    )


def build_paper_signature_fact(paper: PaperSignature) -> PaperSignatureFact:
    """Build the fact of a paper signature that waits for its signer.

    Args:
        paper: the waiting signature.

    Returns:
        Who signed which text for whom, who recorded it, and when the signer's link ends.
    """
    return PaperSignatureFact(
        organization=paper.organization.slug,
        digest=paper.digest,
        recorded_by=str(paper.by_id),
        recorder=paper.by.name,
        link_ends_on=paper.expires_on,
    )


def _load_joined_agreement(reference: str, on: date) -> AgreementFact | None:
    """Load the agreement that a joinder joins, if it is on record."""
    row = Agreement.objects.filter(reference=reference).first() if reference else None
    return facts.load_agreement_fact(row, on) if row else None


def _was_recorded_as_pilot(reference: str) -> bool | None:
    """Return whether the agreement on record under a reference is a pilot; None if there is
    none.
    """
    row = Agreement.objects.filter(reference=reference).first()
    return bool(facts.parse_cached_text(row.text).pilot) if row else None


def _is_overtaken(draft: Draft) -> bool:
    """Return whether another text of this reference went on record after the draft was started."""
    if draft.state not in OPEN_DRAFT_STATES:
        return False
    newer = AgreementVersion.objects.filter(agreement__reference=draft.reference)
    return newer.filter(loaded_at__gt=draft.began_at).exists()


@lru_cache(maxsize=256)
def _read_cached(text: str) -> ParsedText:
    # A parsed text is frozen, so drafts with the same text can share one.
    return parse_as_far_as_possible(text)


def _list_organization_slugs(draft: Draft, relation: str, digest: str) -> frozenset[str]:
    rows = getattr(draft, relation).filter(digest=digest)
    return frozenset(rows.values_list("organization__slug", flat=True))
