"""Find what the law of the data owners' states says about who may sign a form.

Each parent may sign (34 CFR 99.4), unless a state says otherwise. A minor's own signature on a form
for health records counts where the state lets the minor consent alone (45 CFR 164.502(g)(3), 42 CFR
2.14).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from cairn.policy.facts import (
    AGE_OF_MAJORITY,
    OrganizationFact,
    PersonFact,
    StateLawReview,
    WrittenConsent,
    calculate_age,
    select_state_review,
)
from cairn.policy.law import STATE_PACKS, RuleCard, StatePack
from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.vocabulary import (
    EDUCATION_AUTHORITY_KINDS,
    ConsentDefect,
    LegalBasis,
    SignerRelation,
    SpecialClass,
)

__all__ = ["NO_STATE_SIGNERS", "StateSigners", "find_state_signers"]

CLASS_OF_FORM: Final[Mapping[LegalBasis, SpecialClass]] = MappingProxyType(
    {
        LegalBasis.HIPAA_AUTHORIZATION: SpecialClass.HEALTH,
        LegalBasis.PART2_CONSENT: SpecialClass.SUBSTANCE_USE,
    }
)
"""The special class of the records that each kind of health form opens."""


class MinorSigner(NamedTuple):
    """Describe the signature on a health form of a minor.

    Attributes:
        is_minor: whether the minor signed; else a parent did.
        age: age in years: of the minor at the signature, or on the day of the use if a parent
            signed.
    """

    is_minor: bool
    age: int


@dataclass(frozen=True, slots=True)
class StateSigners:
    """Describe who may sign under the law of the data owners' states.

    Args:
        custody: data owner → card of its state's rule that a parent with legal custody signs.
        minor_ages: data owner → special class → age from which a minor consents alone.
    """

    custody: Mapping[str, RuleCard] = field(default_factory=lambda: MappingProxyType({}))
    minor_ages: Mapping[str, Mapping[SpecialClass, int]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def find_custody_card(self, owners: frozenset[str]) -> RuleCard | None:
        """Find the rule of one of these owners that a parent with legal custody signs.

        Args:
            owners: slugs of the data owners.

        Returns:
            The card; ``None`` if each parent may sign.
        """
        return next((self.custody[owner] for owner in sorted(owners & self.custody.keys())), None)

    def find_minor_age(self, owners: frozenset[str], special: SpecialClass) -> int | None:
        """Find the age from which a minor consents alone under the law of each of these owners.

        Args:
            owners: slugs of the data owners.
            special: class of the records.

        Returns:
            The highest of the ages in years; ``None`` if it is unknown for one of the owners.
        """
        ages = [self.minor_ages.get(owner, {}).get(special) for owner in owners]
        known = [age for age in ages if age is not None]
        return max(known) if known and len(known) == len(ages) else None


NO_STATE_SIGNERS: Final = StateSigners()


def find_state_signers(
    providers: Iterable[OrganizationFact],
    reviews: Iterable[StateLawReview],
    on: date,
    states: Mapping[str, StatePack] = STATE_PACKS,
) -> StateSigners:
    """Find who may sign under the law of each data owner's state.

    A state pack answers first; counsel's review answers what the pack leaves open.

    Args:
        providers: the data owners.
        reviews: counsel's reviews of state law.
        on: date of the use.
        states: state packs by postal code.

    Returns:
        The rules by data owner.
    """
    custody: dict[str, RuleCard] = {}
    minor_ages: dict[str, Mapping[SpecialClass, int]] = {}
    known_reviews = tuple(reviews)
    for provider in providers:
        pack = states.get(provider.state)
        review = select_state_review(known_reviews, provider.slug, provider.state, on)
        is_school = provider.kind in EDUCATION_AUTHORITY_KINDS
        if pack is not None and pack.custodian_signs is not None and is_school:
            custody[provider.slug] = pack.custodian_signs
        elif review is not None and review.custodian_signs:
            custody[provider.slug] = cards.REVIEWED_CUSTODY
        minor_ages[provider.slug] = {
            **(review.minor_consents if review is not None else {}),
            **(pack.minor_consents if pack is not None else {}),
        }
    return StateSigners(custody, minor_ages)


def find_minor_signer(
    consent: WrittenConsent, person: PersonFact, defects: Iterable[ConsentDefect], on: date
) -> MinorSigner | None:
    """Find who signed a health form of a minor, and at which age.

    Args:
        consent: the form.
        person: facts of the student.
        defects: defects of the form.
        on: date of the use.

    Returns:
        The signature; ``None`` unless the form waits for an answer about a minor's signature.
    """
    ages = find_minor_ages(consent, person, on) if ConsentDefect.MINOR in defects else None
    if ages is None:
        return None
    is_minor = consent.relation is SignerRelation.STUDENT
    return MinorSigner(is_minor, ages[0] if is_minor else ages[1])


def find_minor_ages(
    consent: WrittenConsent, person: PersonFact, on: date
) -> tuple[int, int] | None:
    """Find the age of a minor when a form was signed, and on a day.

    Args:
        consent: the form.
        person: facts of the student.
        on: the day.

    Returns:
        Both ages in years; ``None`` for an adult, without a birth date or without a signature.
    """
    born, signed_on = person.birth_date, consent.signed_on
    if born is None or signed_on is None:
        return None
    age = calculate_age(born, on)
    return (calculate_age(born, signed_on), age) if age < AGE_OF_MAJORITY else None
