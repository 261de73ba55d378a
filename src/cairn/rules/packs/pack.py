"""What a law pack is: data about one law, which can only narrow what an agreement allows.

A *basis pack* is about one legal basis for sharing at all, a *class pack* about elements of one
special class, a *state pack* about records from one state.
A pack says what it applies to and what it needs. It never allows what another rule refuses: the
most restrictive wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cairn.rules.citations import RuleCard
from cairn.rules.vocabulary import LegalBasis, OrganizationKind, Purpose, SpecialClass


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisPack:
    """One legal basis: what the text of an agreement has to show, each with its card.

    ``criteria`` are keys under [legal_basis.criteria]; ``more_keys`` are those that
    `conditions` reads beside them.
    """

    basis: LegalBasis
    law: str
    criteria: Mapping[str, RuleCard] = field(default_factory=lambda: MappingProxyType({}))
    more_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the cases in which a law lets records go: its code in an agreement, and the words."""

    code: str
    says: str
    citation: str


def authority_key(special: SpecialClass) -> str:
    """The key that names the authority of a special class, which no basis carries by itself."""
    return f"{special.value}_authority"


def condition_key(special: SpecialClass) -> str:
    """The key that names which of its law's conditions the authority meets."""
    return f"{special.value}_condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPack:
    """One law about one special class of elements.

    ``carried_by`` are the legal bases that carry such elements by themselves; under any other the
    agreement names its authority, and which of the law's ``conditions`` it meets. ``never`` are
    bases under which no authority helps. ``not_for`` are purposes that a carrying basis does not
    carry, with the card that says so. Records of single people are opened to ``seen_by`` only,
    where the law says that (``seen_card``). ``obligations`` are what remains to do.
    """

    id: str
    law: str
    special: SpecialClass
    card: RuleCard
    carried_by: frozenset[LegalBasis] = frozenset()
    conditions: tuple[Condition, ...] = ()
    never: frozenset[LegalBasis] = frozenset({LegalBasis.DIRECTORY})
    not_for: Mapping[Purpose, RuleCard] = field(default_factory=lambda: MappingProxyType({}))
    seen_by: frozenset[OrganizationKind] = frozenset(OrganizationKind)
    seen_card: RuleCard | None = None
    obligations: tuple[RuleCard, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The condition codes that an agreement may name."""
        return frozenset(condition.code for condition in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePack:
    """One state's law about records that come from there.

    ``no_rows``: actions that would put out rows about single children are refused with this card.
    ``staff_only``: rows about single children are open to the data manager's staff alone.
    ``report_days``: business days between the report of a release and the release, for records
    from ``report_kinds``. ``consents_kept``: under written consent a clause says where the signed
    consents are kept. ``destroy_copies``: once records are linked, their copies elsewhere are
    destroyed that day.
    """

    state: str
    name: str
    law: str
    no_rows: RuleCard | None = None
    staff_only: RuleCard | None = None
    report_card: RuleCard | None = None
    report_days: int = 0
    report_kinds: frozenset[OrganizationKind] = frozenset()
    consents_kept: RuleCard | None = None
    destroy_copies: RuleCard | None = None
