"""Law packs: data about one law, which can only narrow what an agreement allows.

A *basis pack* describes one legal basis for sharing, a *class pack* the elements of one special
class, a *state pack* the records from one state. A pack states what it applies to and what it
requires. It never allows what another rule refuses: the most restrictive pack wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary import (
    EDUCATION_AUTHORITY_KINDS,
    LegalBasis,
    OrganizationKind,
    PersonRequirement,
    Purpose,
    SpecialClass,
)

__all__ = [
    "ClassPack",
    "RecordDeadlines",
    "StatePack",
    "format_authority_key",
    "format_condition_key",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisPack:
    """One legal basis, with the criteria that the text of an agreement has to show for it.

    Args:
        basis: the legal basis.
        law: citation of the law.
        person: what the basis requires of each student. It has no default: each basis declares it.
        criteria: key under ``[legal_basis.criteria]`` → card of the criterion.
        more_keys: further keys, which `checks.legal_basis` reads.
    """

    basis: LegalBasis
    law: str
    person: PersonRequirement
    criteria: Mapping[str, RuleCard] = field(default_factory=lambda: MappingProxyType({}))
    more_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LawCondition:
    """One case in which a law permits disclosure.

    Args:
        code: code in an agreement.
        says: the case in words.
        citation: paragraph of the law.
        of_each_person: whether each person must have signed, so that it counts only in an agreement
            that rests on signed forms.
    """

    code: str
    says: str
    citation: str
    of_each_person: bool = False


def format_authority_key(special: SpecialClass) -> str:
    """Format the criteria key that names the authority for a special class without a carrying
    basis.

    Args:
        special: the special class.
    Returns:
        The key, as in ``wage_authority``.
    """
    return f"{special.value}_authority"


def format_condition_key(special: SpecialClass) -> str:
    """Format the criteria key that names which condition of its law the authority meets.

    Args:
        special: the special class.
    Returns:
        The key, as in ``wage_condition``.
    """
    return f"{special.value}_condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPack:
    """One law about one special class of elements.

    Args:
        id: short name of the pack.
        law: citation of the law.
        special: the special class.
        card: rule card for an element of the class.
        carried_by: legal bases that carry such elements by themselves. Under any other basis the
            agreement names its authority, and which of the law's conditions the authority meets.
        conditions: cases in which the law permits disclosure.
        never: legal bases under which no authority helps.
        not_for: purposes that a carrying basis does not carry, each with its card.
        not_for_except: carrying bases that carry those purposes too.
        seen_by: kinds of organizations that may see records of individuals, where the law limits
            it.
        seen_card: card of that limit.
        seen_except: conditions of the law that lift the limit, where the agreement names one.
        obligations: cards of duties that remain after disclosure.
    """

    id: str
    law: str
    special: SpecialClass
    card: RuleCard
    carried_by: frozenset[LegalBasis] = frozenset()
    conditions: tuple[LawCondition, ...] = ()
    never: frozenset[LegalBasis] = frozenset({LegalBasis.DIRECTORY})
    not_for: Mapping[Purpose, RuleCard] = field(default_factory=lambda: MappingProxyType({}))
    not_for_except: frozenset[LegalBasis] = frozenset({LegalBasis.CONSENT})
    seen_by: frozenset[OrganizationKind] = frozenset(OrganizationKind)
    seen_card: RuleCard | None = None
    seen_except: frozenset[str] = frozenset()
    obligations: tuple[RuleCard, ...] = ()

    def find_condition(self, code: str) -> LawCondition | None:
        """Find a condition by its code."""
        return next((condition for condition in self.conditions if condition.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeadlines:
    """The time that a state's law gives an organization to answer families about records.

    Args:
        law: citation of the law.
        inspection_business_days: business days to let a family inspect a record; ``None`` where
            the law counts calendar days or sets no limit.
        inspection_days: calendar days to let a family inspect a record; ``None`` without a limit.
        amendment_days: calendar days to decide a request to amend a record, and to hold a hearing
            that is requested; ``None`` without a limit.
    """

    law: str
    inspection_business_days: int | None = None
    inspection_days: int | None = None
    amendment_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePack:
    """One state's law about records that come from that state.

    Args:
        state: postal code.
        name: name of the state.
        law: citation of the law.
        no_rows: card that refuses actions which would release records of individual students.
        staff_only: card that opens records of individual students to the data manager's staff
            alone.
        report_card: card that requires a report to the state before publication.
        report_days: business days between the report of a release and the release.
        report_kinds: kinds of organizations with records that need the report.
        replaces_review: whether the pack holds what the state's law asks of sharing; else it adds
            rules, and counsel of the data owner still reviews the law.
        reviewed_on: day on which the law was last read for this pack.
        review_due: day by which it has to be read again.
        changes: one line for each version of the pack, the newest first, beginning with its day.
        consents_kept: card that requires a clause about where signed consents are kept.
        consents_permanent: whether that clause must keep them permanently.
        custodian_signs: card that lets only a parent with legal custody consent, if the parents are
            divorced or legally separated.
        minor_consents: special class → age in years from which a minor may consent alone; a class
            that is not listed waits for a person.
        destroy_copies: card that requires destroying other copies on the day that records are
            linked.
        prohibited_uses: commercial purposes that the state prohibits, each with its card.
        prohibited_of: kinds of organizations with records that the prohibition protects.
        record_deadlines: time to answer families about records of those kinds of organizations.
    """

    state: str
    name: str
    law: str
    reviewed_on: date
    review_due: date
    changes: tuple[str, ...]
    replaces_review: bool = True
    no_rows: RuleCard | None = None
    staff_only: RuleCard | None = None
    report_card: RuleCard | None = None
    report_days: int = 0
    report_kinds: frozenset[OrganizationKind] = frozenset()
    consents_kept: RuleCard | None = None
    consents_permanent: bool = False
    custodian_signs: RuleCard | None = None
    minor_consents: Mapping[SpecialClass, int] = field(default_factory=lambda: MappingProxyType({}))
    destroy_copies: RuleCard | None = None
    prohibited_uses: Mapping[Purpose, RuleCard] = field(
        default_factory=lambda: MappingProxyType({})
    )
    prohibited_of: frozenset[OrganizationKind] = EDUCATION_AUTHORITY_KINDS
    record_deadlines: RecordDeadlines | None = None

    def is_review_overdue(self, on: date) -> bool:
        """Report whether the law should have been read again before a day."""
        return on > self.review_due
