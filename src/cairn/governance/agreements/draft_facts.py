"""Turn drafts into facts: their terms, findings, counsel reviews and signatures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import Final

from cairn.governance.agreements import facts
from cairn.governance.agreements.models import (
    Agreement,
    AgreementVersion,
    CounselReview,
    Draft,
    PaperSignature,
)
from cairn.governance.agreements.toml_format.mistakes import BadAgreement, FormatMistake
from cairn.governance.agreements.toml_format.parser import ParsedText, parse_as_far_as_possible
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.policy.facts import AgreementFact, DataDictionaryFact, DraftFact, PaperSignatureFact
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


@dataclass(frozen=True, slots=True)
class DraftRecords:
    """The records of some drafts, by the digest of a text or by a reference.

    Attributes:
        signatures: signatures of their texts.
        overrides: findings that counsel accepted.
        confirmations: criteria that counsel confirmed.
        dictionaries: current data dictionaries, by slugs of the owners.
        register: the register of partners.
        reviews: ids of drafts with the digest of a text and the organization that reviewed it.
        recorded: texts of agreements on record.
        loaded_at: when the newest text of a reference went on record.
        bases: the agreements that they join.
    """

    signatures: facts.SignaturesByDigest
    overrides: facts.OverridesByDigest
    confirmations: facts.ConfirmationsByDigest
    dictionaries: tuple[DataDictionaryFact, ...]
    register: facts.PartnerRegister
    reviews: tuple[tuple[int, str, str], ...]
    recorded: Mapping[str, str]
    loaded_at: Mapping[str, datetime]
    bases: Mapping[str, AgreementFact]


def load_draft_records(drafts: Iterable[Draft], on: date) -> DraftRecords:
    """Load the records of drafts, with one query a table.

    Args:
        drafts: the drafts' rows.
        on: the date for which to resolve joinders.

    Returns:
        The records.
    """
    rows = list(drafts)
    digests = {facts.compute_text_digest(row.text) for row in rows}
    texts = [_read_cached(row.text).agreement for row in rows]
    owners = sorted(
        {slug for text in texts for slug in text.list_organizations(PartyRole.PROVIDER)}
    )
    joined = {text.joins for text in texts if text.joins}
    references = {row.reference for row in rows}
    on_record = {
        row.reference: row for row in Agreement.objects.filter(reference__in=references | joined)
    }
    bases = [row for reference, row in on_record.items() if reference in joined]
    versions = AgreementVersion.objects.filter(agreement__reference__in=references)
    return DraftRecords(
        signatures=facts.load_signatures(digests),
        overrides=facts.load_finding_overrides(digests),
        confirmations=facts.load_confirmations(digests),
        dictionaries=load_current_dictionaries(*owners) if owners else (),
        register=facts.load_partner_register(),
        reviews=tuple(
            CounselReview.objects.filter(draft__in=rows).values_list(
                "draft_id", "digest", "organization__slug"
            )
        ),
        recorded={reference: row.text for reference, row in on_record.items()},
        loaded_at=dict(
            versions.order_by("loaded_at").values_list("agreement__reference", "loaded_at")
        ),
        bases={fact.reference: fact for fact in facts.load_agreement_facts(bases, on)},
    )


def read_draft(draft: Draft, on: date, records: DraftRecords | None = None) -> DraftReading:
    """Read a draft's text with what was recorded for exactly that text, and lint it.

    That is the signatures, the findings that counsel accepted and the criteria that counsel
    confirmed.

    Args:
        draft: the draft's row.
        on: the date for which to lint.
        records: the records of this draft and others; None loads its own.

    Returns:
        The terms, the mistakes and the linter's findings.
    """
    known = records or load_draft_records([draft], on)
    parsed_text, digest = _read_cached(draft.text), facts.compute_text_digest(draft.text)
    terms = facts.apply_signatures(parsed_text.agreement, digest, known.signatures.get(digest, ()))
    terms = facts.apply_overrides(terms, known.overrides.get(digest, ()))
    terms = facts.apply_confirmations(terms, known.confirmations.get(digest, ()))
    terms = replace(terms, state=AgreementState(draft.state))
    owners = terms.list_organizations(PartyRole.PROVIDER)
    dictionaries = tuple(item for item in known.dictionaries if item.organization in owners)
    mistakes = (*parsed_text.mistakes, *_find_missing_end(parsed_text))
    findings = facts.lint_with_register(terms, dictionaries or None, on, known.register)
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
    draft: Draft,
    on: date,
    known_reading: DraftReading | None = None,
    records: DraftRecords | None = None,
) -> DraftFact:
    """Build the fact of a draft for the policy package.

    Args:
        draft: the draft's row.
        on: the date of the question.
        known_reading: the result of `read_draft`, if the caller has it already.
        records: the records of this draft and others; None loads its own.

    Returns:
        The draft's state, parties, owners, mistakes, open findings, reviews and signatures.
    """
    known = records or load_draft_records([draft], on)
    draft_reading = known_reading or read_draft(draft, on, known)
    digest, party_slugs = (
        facts.compute_text_digest(draft.text),
        list_party_slugs(draft_reading.terms),
    )
    recorded_text = known.recorded.get(draft.reference)
    is_open, loaded_at = draft.state in OPEN_DRAFT_STATES, known.loaded_at.get(draft.reference)
    return DraftFact(
        reference=draft.reference,
        state=AgreementState(draft.state),
        organization=draft.organization.slug,
        parties=frozenset(party_slugs),
        owners=draft_reading.terms.list_organizations(PartyRole.PROVIDER),
        digest=digest,
        mistakes=len(draft_reading.mistakes),
        unregistered=tuple(slug for slug in party_slugs if slug not in known.register.names),
        findings=draft_reading.open_law_findings,
        reviewed=frozenset(
            slug for pk, text, slug in known.reviews if (pk, text) == (draft.pk, digest)
        ),
        signed=frozenset(
            row.organization.slug
            for row in known.signatures.get(digest, ())
            if row.draft_id == draft.pk
        ),
        joins=draft_reading.terms.joins,
        base=known.bases.get(draft_reading.terms.joins),
        # Another text of this reference went on record after the draft was started.
        overtaken=is_open and loaded_at is not None and loaded_at > draft.began_at,
        pilot=bool(draft_reading.terms.pilot),
        was_pilot=bool(facts.parse_cached_text(recorded_text).pilot) if recorded_text else None,
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


@lru_cache(maxsize=256)
def _read_cached(text: str) -> ParsedText:
    # A parsed text is frozen, so drafts with the same text can share one.
    return parse_as_far_as_possible(text)
