"""Check who holds the right to consent, and whether one written consent counts on a date."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from cairn.policy.facts import AGE_OF_MAJORITY, PersonFact, WrittenConsent, calculate_age
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.legal_bases import consent as cards
from cairn.policy.law.cards.legal_bases import health_forms as health_forms_cards
from cairn.policy.vocabulary import (
    AgeStatus,
    ConsentDefect,
    ConsentMethod,
    LegalBasis,
    SignerRelation,
)

__all__ = ["find_majority_date"]


class SignedFormCards(NamedTuple):
    """The cards about one kind of signed form.

    Attributes:
        missing: there is none.
        records: it does not cover the element.
        purpose: it does not cover the purpose.
        recipient: it does not name the receiver.
        order: a court order limits who may sign.
        defects: it does not count on the day.
    """

    missing: RuleCard
    records: RuleCard
    purpose: RuleCard
    recipient: RuleCard
    order: RuleCard
    defects: Mapping[ConsentDefect, RuleCard]


_SIGNER_DEFECTS: Final = (ConsentDefect.RELATION, ConsentDefect.PASSED, ConsentDefect.AGE)


def _list_health_defects(
    defective: RuleCard, signer: RuleCard, minor: RuleCard
) -> Mapping[ConsentDefect, RuleCard]:
    """List the cards of a health form: one for the form, one for its signer, one for minors."""
    by_signer = dict.fromkeys(_SIGNER_DEFECTS, signer)
    return MappingProxyType(
        dict.fromkeys(ConsentDefect, defective) | by_signer | {ConsentDefect.MINOR: minor}
    )


SIGNED_FORM_CARDS: Final[Mapping[LegalBasis, SignedFormCards]] = MappingProxyType(
    {
        LegalBasis.CONSENT: SignedFormCards(
            cards.NO_CONSENT,
            cards.RECORDS,
            cards.PURPOSE,
            cards.PARTY,
            cards.COURT_ORDER,
            MappingProxyType(
                {
                    ConsentDefect.SIGNATURE: cards.SIGNED,
                    ConsentDefect.AUTHENTICATION: cards.AUTHENTICATED,
                    ConsentDefect.APPROVAL: cards.APPROVED,
                    ConsentDefect.VERIFICATION: cards.VERIFIED,
                    ConsentDefect.TERM: cards.NOT_LIVE,
                    ConsentDefect.RELATION: cards.SIGNER,
                    ConsentDefect.PASSED: cards.ELIGIBLE,
                    ConsentDefect.AGE: cards.AGE_UNKNOWN,
                }
            ),
        ),
        LegalBasis.HIPAA_AUTHORIZATION: SignedFormCards(
            health_forms_cards.NO_AUTHORIZATION,
            health_forms_cards.AUTHORIZED_RECORDS,
            health_forms_cards.AUTHORIZED_PURPOSE,
            health_forms_cards.AUTHORIZED_RECIPIENT,
            health_forms_cards.AUTHORIZATION_OF_A_MINOR,
            _list_health_defects(
                health_forms_cards.AUTHORIZATION_DEFECTIVE,
                health_forms_cards.AUTHORIZATION_SIGNER,
                health_forms_cards.AUTHORIZATION_OF_A_MINOR,
            ),
        ),
        LegalBasis.PART2_CONSENT: SignedFormCards(
            health_forms_cards.NO_PART2_CONSENT,
            health_forms_cards.PART2_RECORDS,
            health_forms_cards.PART2_PURPOSE,
            health_forms_cards.PART2_RECIPIENT,
            health_forms_cards.PART2_MINOR,
            _list_health_defects(
                health_forms_cards.PART2_DEFECTIVE,
                health_forms_cards.PART2_SIGNER,
                health_forms_cards.PART2_MINOR,
            ),
        ),
    }
)
"""The cards about the signed form of each basis that requires one."""

QUESTIONS_ABOUT_SIGNER: Final = frozenset({ConsentDefect.AGE, ConsentDefect.MINOR})
"""Defects that a person can settle; any other keeps the form from counting."""

# 34 CFR 99.3: a parent, a guardian, or an individual acting as a parent in the absence of one. A
# foster parent acts as one; the agency itself and anyone else do not.
_PARENT_RELATIONS: Final = (
    SignerRelation.PARENT,
    SignerRelation.GUARDIAN,
    SignerRelation.ACTING_PARENT,
    SignerRelation.FOSTER_PARENT,
)


MIN_COLLEGE_AGE: Final = 14
"""The age in years from which a student may attend a college beside school; card R06.1 says so.

Dual enrollment begins in grade 9. A younger student without a record of attendance does not count
as a college student.
"""


@lru_cache(maxsize=1 << 16)
def find_majority_date(birth_date: date) -> date:
    """Find the day on which a person turns 18.

    For a birthday on February 29 this is March 1: only then are 18 years complete, since the 18th
    year after a leap year is not a leap year. Source of the age: 34 CFR 99.3.

    Args:
        birth_date: the person's date of birth.

    Returns:
        The first day on which the person is 18.
    """
    year = birth_date.year + AGE_OF_MAJORITY
    is_leap_day = (birth_date.month, birth_date.day) == (2, 29)
    return date(year, 3, 1) if is_leap_day else birth_date.replace(year=year)


_FERPA_CONSENT: Final = LegalBasis.CONSENT
"""Read once: looking up a member of an enum costs more than the comparison, for each student."""


class RightsSubject(NamedTuple):
    """Describe the student as far as the right to consent depends on it; ``None`` is unknown."""

    born: date | None
    postsecondary: bool | None
    age: AgeStatus


@lru_cache(maxsize=1 << 16)
def find_rights_subject(
    birth_date: date | None,
    on: date,
    postsecondary: bool | None,  # noqa: FBT001 - a fact, not a switch
) -> RightsSubject:
    """Decide whether the student holds the rights on a day (34 CFR 99.3, "eligible student").

    An unknown birth date is not taken for a child's. Unknown college attendance is taken for none
    only below `MIN_COLLEGE_AGE`, as the card R06.1 declares.
    """
    if postsecondary or (birth_date is not None and find_majority_date(birth_date) <= on):
        return RightsSubject(birth_date, postsecondary, AgeStatus.ELIGIBLE)
    may_attend = birth_date is None or calculate_age(birth_date, on) >= MIN_COLLEGE_AGE
    is_unknown = birth_date is None or (postsecondary is None and may_attend)
    return RightsSubject(
        birth_date, postsecondary, AgeStatus.UNKNOWN if is_unknown else AgeStatus.CHILD
    )


class AgeGroup(NamedTuple):
    """Describe an age as far as a student's rights depend on it.

    Attributes:
        years: 18 from then on, the age from which a student may attend a college beside school
            from then on, else 0; ``None`` if the birth date is unknown.
        majority: first day on which the student is 18; ``None`` if unknown.
    """

    years: int | None
    majority: date | None


@lru_cache(maxsize=1 << 16)
def find_age_group(birth_date: date | None, on: date) -> AgeGroup:
    """Find the age group of a student on a day.

    Students of one age group hold the same rights on that day (`find_rights_subject`), if they
    attend college alike.

    Args:
        birth_date: the student's date of birth; ``None`` if unknown.
        on: the day.

    Returns:
        The age group, and the day of majority.
    """
    if birth_date is None:
        return AgeGroup(None, None)
    age = calculate_age(birth_date, on)
    years = max(year for year in (0, MIN_COLLEGE_AGE, AGE_OF_MAJORITY) if year <= age or not year)
    return AgeGroup(years, find_majority_date(birth_date))


def find_rights_holder(
    consent: WrittenConsent, person: PersonFact, on: date, *, of_college: bool = False
) -> RightsSubject:
    """Decide whether the student holds the right to sign this kind of form on a day.

    College attendance passes the rights under FERPA alone (34 CFR 99.3); a health form depends on
    age. In dual enrollment the rights follow the record: ``of_college`` is true for a form
    about records of the college.
    """
    if consent.basis is _FERPA_CONSENT:
        return find_record_rights(person, on, of_college=of_college)
    attends = False
    return find_rights_subject(person.birth_date, on, attends)


def find_record_rights(person: PersonFact, on: date, *, of_college: bool) -> RightsSubject:
    """Decide whether the student holds the rights to records of a college or of a school.

    Args:
        person: facts of the student on that day.
        on: the day.
        of_college: whether the records are those of a college in ``person.colleges``.

    Returns:
        The student as far as the right depends on it.
    """
    attends = of_college if person.colleges else person.postsecondary
    return find_rights_subject(person.birth_date, on, attends)


def find_consent_defects(
    consent: WrittenConsent, student: RightsSubject, on: date, *, passes: bool, replaced: bool
) -> tuple[ConsentDefect, ...]:
    """Find every defect that keeps a consent from counting on a day.

    ``passes`` is the policy that a parent's consent ends when the rights pass to the student;
    ``replaced`` says that a later consent had replaced this one by then.
    """
    defects: list[ConsentDefect] = []
    signed_on = consent.signed_on
    if signed_on is None or signed_on > on or not consent.signer:
        defects.append(ConsentDefect.SIGNATURE)
    if consent.method is ConsentMethod.ELECTRONIC:
        if not consent.authenticated:
            defects.append(ConsentDefect.AUTHENTICATION)
        if not consent.approved:
            defects.append(ConsentDefect.APPROVAL)
    if consent.verified_on is None or consent.verified_on > on or not consent.verified_by:
        defects.append(ConsentDefect.VERIFICATION)
    if replaced or not _is_in_term(consent, on):
        defects.append(ConsentDefect.TERM)
    defects += _find_signer_defects(consent, student, passes=passes)
    return tuple(defects)


def _is_in_term(consent: WrittenConsent, on: date) -> bool:
    starts = consent.starts or consent.signed_on
    has_begun = starts is not None and starts <= on
    has_not_ended = consent.ends is None or on <= consent.ends
    is_unrevoked = consent.revoked_on is None or on < consent.revoked_on
    return has_begun and has_not_ended and is_unrevoked


def _find_signer_defects(
    consent: WrittenConsent, student: RightsSubject, *, passes: bool
) -> tuple[ConsentDefect, ...]:
    """Find whether the signer held the right when signing and, if ``passes``, still does.

    State law decides who signs for a minor in substance use treatment (42 CFR 2.14), and whether a
    minor's own signature counts for other health records (45 CFR 164.502(g)(3)).
    """
    is_signed_by_student = consent.relation is SignerRelation.STUDENT
    if not is_signed_by_student and consent.relation not in _PARENT_RELATIONS:
        return (ConsentDefect.RELATION,)
    if student.age is AgeStatus.UNKNOWN:
        return (ConsentDefect.AGE,)
    if consent.basis is not _FERPA_CONSENT and student.age is AgeStatus.CHILD:
        is_part2 = consent.basis is LegalBasis.PART2_CONSENT
        return (ConsentDefect.MINOR,) if is_part2 or is_signed_by_student else ()
    if is_signed_by_student:
        is_too_early = student.age is AgeStatus.CHILD or _is_signed_as_child(consent, student)
        return (ConsentDefect.RELATION,) if is_too_early else ()
    has_passed = student.age is AgeStatus.ELIGIBLE and (
        passes or not _is_signed_before_majority(consent, student.born)
    )
    return (ConsentDefect.PASSED,) if has_passed else ()


def is_signed_without_custody(consent: WrittenConsent, person: PersonFact) -> bool:
    """Report whether a parent without legal custody signed a consent to disclose school records.

    Whether it matters depends on the state of the data owner (`state_signers`). A guardian, and an
    adult who acts as the parent, sign in their own right.

    Args:
        consent: the written consent.
        person: facts of the student; the parents' custody is on record.

    Returns:
        True if another parent has custody and the signer does not.
    """
    return (
        consent.basis is _FERPA_CONSENT
        and consent.relation is SignerRelation.PARENT
        and consent.signer not in person.custodians
    )


def _is_signed_as_child(consent: WrittenConsent, student: RightsSubject) -> bool:
    """Report whether a student signed before they held the right.

    Cairn does not know when a college student enrolled, so it accepts a college student's
    signature.
    """
    return not student.postsecondary and _is_signed_before_majority(consent, student.born)


def _is_signed_before_majority(consent: WrittenConsent, birth_date: date | None) -> bool:
    """Report whether a consent was signed before the student was 18."""
    signed_on = consent.signed_on
    return (
        birth_date is not None
        and signed_on is not None
        and signed_on < find_majority_date(birth_date)
    )


def have_parents_conflicted(person: PersonFact, on: date) -> bool:
    """Report whether one parent's consent is in effect while another parent revoked theirs.

    Each parent holds the right (34 CFR 99.4), so that neither form settles the other. Two forms
    conflict if they are of one legal basis, by two people, for records and recipients in common.
    That data wait until a person decides is a rule of this partnership.

    Args:
        person: facts of the student on that day.
        on: the day.

    Returns:
        True if two forms conflict and no later decision settled it.
    """
    if len(person.consents) < _FORMS_OF_TWO:
        return False
    decided_on = person.conflict_decided_on
    revoked = [
        consent
        for consent in person.consents
        if consent.revoked_on is not None
        and consent.revoked_on <= on
        and (decided_on is None or consent.revoked_on > decided_on)
        and consent.relation in _PARENT_RELATIONS
    ]
    return any(
        _contradicts(standing, withdrawn)
        for withdrawn in revoked
        for standing in person.consents
        if _is_in_term(standing, on) and standing.relation in _PARENT_RELATIONS
    )


_FORMS_OF_TWO: Final = 2


def _contradicts(standing: WrittenConsent, withdrawn: WrittenConsent) -> bool:
    """Report whether two people's forms are about the same records and recipients."""
    shares_party = not standing.parties.isdisjoint(withdrawn.parties)
    shares_class = not standing.classes.isdisjoint(withdrawn.classes)
    return (
        standing.signer != withdrawn.signer
        and standing.basis is withdrawn.basis
        and not standing.records.isdisjoint(withdrawn.records)
        and (shares_party or shares_class)
    )
