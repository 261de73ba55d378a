"""Read agreements on record, limited to what the requester may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cairn.governance.agreements import facts
from cairn.governance.agreements.documents.phrases import LEGAL_BASIS_PHRASES, PURPOSE_PHRASES
from cairn.governance.agreements.documents.structure import join_words
from cairn.governance.agreements.models import Agreement, AgreementVersion, Signature
from cairn.governance.partners.api import Organization
from cairn.policy import checks
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, AgreementFact, Party
from cairn.policy.lint import LintFinding
from cairn.policy.questions import (
    decide_agreement_in_force,
    find_viewable_agreements,
    may_amend_agreement,
    may_begin_closing_agreement,
    may_draft_agreement,
    may_join_agreement,
    may_load_agreement,
    may_open_page,
    may_terminate_agreement,
    may_view_agreement,
    may_withdraw_termination_notice,
)
from cairn.policy.vocabulary import RECIPIENT_ROLES, Action, PartyRole

__all__ = [
    "AgreementListing",
    "filter_visible_agreements",
    "find_visible_agreement",
    "is_agreement_on_record",
    "list_visible_agreements",
]


def is_agreement_on_record(reference: str) -> bool:
    """Return whether an agreement has this number.

    Args:
        reference: the number of an agreement, such as "RC-DSA-01".

    Returns:
        True if one is on record.
    """
    return Agreement.objects.filter(reference=reference).exists()


@dataclass(frozen=True, slots=True)
class AgreementListing:
    """One agreement on a list page.

    Attributes:
        row: the agreement.
        terms: the facts that the policy reads from it.
        standing: the decision whether it is in force on the date of the page.
    """

    row: Agreement
    terms: AgreementFact
    standing: Decision

    @property
    def basis(self) -> str:
        """The legal basis in words, or that of each part."""
        if self.terms.parts:
            return "; ".join(
                f"Part {part.id}: {LEGAL_BASIS_PHRASES[part.basis]}" for part in self.terms.parts
            )
        return LEGAL_BASIS_PHRASES[self.terms.basis]

    @property
    def purposes(self) -> str:
        """The purposes in words."""
        return join_words([PURPOSE_PHRASES[item] for item in sorted(self.terms.purposes)])

    @property
    def providers(self) -> tuple[Party, ...]:
        """The parties that provide data."""
        return tuple(party for party in self.terms.parties if party.role is PartyRole.PROVIDER)

    @property
    def recipients(self) -> tuple[Party, ...]:
        """The parties that receive data."""
        return tuple(party for party in self.terms.parties if party.role in RECIPIENT_ROLES)


def list_visible_agreements(who: Actor, on: date) -> list[AgreementListing]:
    """List the agreements that a person may read, with the decision whether each is in force.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The agreements, by reference.

    Raises:
        Refused: the person may read no agreement at all.
    """
    may_open_page(Action.VIEW_AGREEMENT, who, on=on).require()
    return describe_agreements(filter_visible_agreements(who, on), on)


def describe_agreements(rows: Iterable[Agreement], on: date) -> list[AgreementListing]:
    """Load the terms of agreements, with the decision whether each is in force.

    Args:
        rows: the agreements' rows, such as one page of `filter_visible_agreements`.
        on: the date.

    Returns:
        The agreements, in the order given.
    """
    listed_rows = list(rows)
    return [
        AgreementListing(row, terms, decide_agreement_in_force(terms, on))
        for row, terms in zip(listed_rows, facts.load_agreement_facts(listed_rows, on), strict=True)
    ]


def filter_visible_agreements(who: Actor, on: date) -> QuerySet[Agreement]:
    """Narrow agreements to those that a person may read, in the database.

    The same answer as `may_view_agreement` for each agreement. Only agreements that the person
    could read through a joinder alone are read one by one: whether the joinder is signed is in its
    text.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The query of agreements, by reference.
    """
    rows, scope = _agreement_rows(), find_viewable_agreements(who, on)
    if scope.every:
        return rows
    parties = Agreement.parties.through.objects.filter(organization__slug__in=scope.organizations)
    is_party = Q(Exists(parties.filter(agreement=OuterRef("pk"))))
    own_joinders = Agreement.objects.filter(
        is_party, joins__in=[OuterRef("reference"), OuterRef("whole__reference")]
    )
    through_joinder = list(rows.filter(~is_party, Exists(own_joinders)))
    joined = [
        row.pk
        for row, terms in zip(
            through_joinder, facts.load_agreement_facts(through_joinder, on), strict=True
        )
        if may_view_agreement(terms, who, on).allowed
    ]
    return rows.filter(is_party | Q(pk__in=joined))


def list_visible_parts(row: Agreement, who: Actor, on: date) -> list[AgreementListing]:
    """List the parts of an agreement, each with the decision whether it is in force.

    Args:
        row: the whole agreement.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The parts by letter; none for an agreement with one legal basis.
    """
    return describe_agreements(filter_visible_agreements(who, on).filter(whole=row), on)


def find_visible_agreement(reference: str, who: Actor, on: date) -> AgreementListing:
    """Find one agreement that a person may read.

    Args:
        reference: the agreement's reference.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The agreement.

    Raises:
        Refused: the person may not read it, or may not learn that the reference does not
            exist.
        Agreement.DoesNotExist: the reference does not exist and the person may read every
            agreement.
    """
    row = _agreement_rows().filter(reference=reference).first()
    if row is None:
        may_open_page(Action.VIEW_AGREEMENT, who, organization="", on=on).require()
        raise Agreement.DoesNotExist(reference)
    terms = facts.load_agreement_fact(row)
    may_view_agreement(terms, who, on).require()
    return AgreementListing(row, terms, decide_agreement_in_force(terms, on))


def find_agreement_to_replace(reference: str, who: Actor, on: date) -> Agreement | None:
    """Find the agreement that a new text would replace.

    Args:
        reference: the new text's reference.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The agreement's row, or None if the reference is new.

    Raises:
        Refused: the person may not load that agreement.
    """
    row = _agreement_rows().filter(reference=reference).first()
    if row is not None:
        may_load_agreement(facts.load_agreement_fact(row), who, on).require()
    return row


def resolve_unrecorded_terms(terms: AgreementFact) -> AgreementFact:
    """Resolve a text that is not on record against the recorded agreements it depends on.

    Args:
        terms: the parsed text.

    Returns:
        The agreement with the agreements above it.
    """
    rows = Agreement.objects.filter(reference__in=checks.list_referenced_agreements(terms))
    recorded = facts.load_agreement_facts(rows)
    return checks.resolve_agreement_chain(terms, {parent.reference: parent for parent in recorded})


def lint_terms(terms: AgreementFact, on: date) -> tuple[LintFinding, ...]:
    """Lint an agreement with the register of partners and the law of its providers' states.

    Args:
        terms: the agreement.
        on: the date for which to lint.

    Returns:
        The findings, those of law first.
    """
    return facts.lint_with_register(terms, None, on)


def find_unregistered_parties(terms: AgreementFact) -> tuple[Party, ...]:
    """Find the parties that are not partners yet.

    Args:
        terms: the parsed text.

    Returns:
        The parties, each once, in the order of the text.
    """
    slugs = {party.organization for party in terms.parties}
    registered = set(Organization.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    missing_by_slug = {
        candidate.organization: candidate
        for candidate in terms.parties
        if candidate.organization not in registered
    }
    return tuple(missing_by_slug.values())


def may_load_any_agreement(who: Actor, on: date) -> Decision:
    """Decide whether a person may put agreements on record.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The decision.
    """
    return may_open_page(Action.LOAD_AGREEMENT, who, on=on)


def list_agreement_options(
    terms: AgreementFact, who: Actor, on: date, *, given_by: str = ""
) -> dict[str, list[str]]:
    """List what a person may do with a signed agreement, and for which organizations.

    Args:
        terms: the agreement.
        who: the policy facts about the person.
        on: the date.
        given_by: slug of the party that gave notice of termination, if one did.

    Returns:
        Slugs of organizations by the name of the action.
    """
    slugs = sorted(who.list_organizations(on) | terms.list_organizations(*PartyRole))
    questions: dict[str, Callable[[str], Decision]] = {
        "amend": lambda slug: may_amend_agreement(terms, slug, who, on),
        "pilot": lambda slug: may_draft_agreement(slug, who, on),
        "join": lambda slug: may_join_agreement(terms, slug, who, on),
        "terminate": lambda slug: may_terminate_agreement(
            terms, slug, checks.find_earliest_termination_day(terms, on), who, on
        ),
        "take_back": lambda slug: may_withdraw_termination_notice(terms, slug, given_by, who, on),
        "close": lambda _slug: may_begin_closing_agreement(terms, who, on),
    }
    if terms.pilot:
        del questions["pilot"]
    return {name: [slug for slug in slugs if ask(slug).allowed] for name, ask in questions.items()}


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """One version on record, with the signatures made in Cairn of exactly its text."""

    version: AgreementVersion
    signatures: list[Signature]


def list_agreement_versions(row: Agreement) -> list[SignedVersion]:
    """List the versions of an agreement, newest first, with their signatures.

    Args:
        row: the agreement's row; the caller has checked that the person may read it.

    Returns:
        The versions.
    """
    version_rows = list(row.versions.all())
    signatures = facts.load_signatures(version.digest for version in version_rows)
    return [SignedVersion(version, signatures.get(version.digest, [])) for version in version_rows]


def _agreement_rows() -> QuerySet[Agreement]:
    return Agreement.objects.prefetch_related("versions__loaded_by")
