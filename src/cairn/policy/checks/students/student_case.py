"""Reduce a student's facts to what a decision depends on, so that equal cases are judged once.

Two students with the same `StudentCase` get the same answer: a hundred thousand students are a few
dozen cases.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from cairn.policy.checks.students.consent_validity import (
    find_age_group,
    find_consent_defects,
    find_rights_holder,
    have_parents_conflicted,
    is_signed_without_custody,
)
from cairn.policy.checks.students.state_signers import (
    MinorSigner,
    find_minor_ages,
    find_minor_signer,
)
from cairn.policy.facts import OptOutFact, PersonFact, PopulationMatch, WrittenConsent
from cairn.policy.vocabulary import (
    ConsentDefect,
    LegalBasis,
    OptOutScope,
    OrganizationKind,
    Purpose,
)

ExceptionalBasis = tuple[LegalBasis, str]
"""A legal basis for one occasion, and the organization with records that it opens."""


class ConsentCase(NamedTuple):
    """One signed form as it counts on a day.

    Attributes:
        basis: legal basis that the form serves.
        defects: what keeps it from counting.
        records: elements that it covers.
        purposes: purposes that it covers.
        parties: organizations that it names.
        classes: kinds of organizations that it names.
        revocable: whether it says that it may be revoked.
        college_defects: what keeps it from counting for the records of a college, in dual
            enrollment.
        minor: who signed a health form of a minor, and at which age; ``None`` for any other form.
    """

    basis: LegalBasis
    defects: tuple[ConsentDefect, ...]
    records: frozenset[str]
    purposes: frozenset[Purpose]
    parties: frozenset[str]
    classes: frozenset[OrganizationKind]
    revocable: bool
    college_defects: tuple[ConsentDefect, ...] = ()
    minor: MinorSigner | None = None


PopulationResults = frozenset[tuple[str, PopulationMatch]]
"""Agreements with a population filter, and whether the student is inside each."""

NO_POPULATION_RESULTS: Final[PopulationResults] = frozenset()


class StudentCase(NamedTuple):
    """The facts about a student that matter on a day; none of them identifies the student.

    Attributes:
        settled: cards of the questions that a person has answered for the student.
        opened: questions of an emergency or order, answered for the student: card and occasion.
        places: for each agreement (by reference), whether the student is in its population.
        colleges: colleges that the student attends beside a school.
        assigned: whether the assignments of the person who asks reach the student.
    """

    organizations: frozenset[str]
    opted_out: frozenset[OptOutScope] | None
    consents: tuple[ConsentCase, ...]
    conflict: bool
    order: bool
    hold: bool
    placement: str
    nations: frozenset[str] | None
    withheld: frozenset[str] | None
    occasions: frozenset[ExceptionalBasis]
    claimed: frozenset[str]
    settled: frozenset[str] = frozenset()
    opened: frozenset[tuple[str, str]] = frozenset()
    places: PopulationResults = NO_POPULATION_RESULTS
    colleges: frozenset[str] = frozenset()
    assigned: bool = True


_FERPA_CONSENT: Final = LegalBasis.CONSENT
_NO_OPT_OUT: Final[frozenset[OptOutScope]] = frozenset()


def list_case_facts(person: PersonFact, on: date) -> tuple[object, ...]:
    """List the facts from which the case of a student is built, without those of no effect.

    Comparing facts costs less than building a case. Students with the same facts have the same case
    under the same policy, occasions and places. Of a date only its order with the day counts, and
    of the date of a signature its order with the student's majority, too.

    Args:
        person: facts about the student.
        on: date of the decision.
    Returns:
        The facts, to be compared with those of another student on the same day; the student's id
        if forms have to be compared with each other, because one was replaced or revoked.
    """
    opt_outs, consents = person.opt_outs, person.consents
    age_group, majority = find_age_group(person.birth_date, on)
    forms: tuple[object, ...] = ()
    for consent in consents:
        signed_on, starts, ends = consent.signed_on, consent.starts, consent.ends
        verified_on, revoked_on = consent.verified_on, consent.revoked_on
        if consent.superseded_by or (revoked_on and len(consents) > 1):
            return (person.id,)
        forms += (
            (
                consent.basis,
                consent.records,
                consent.purposes,
                consent.parties,
                consent.classes,
                consent.says_revocable,
                consent.relation,
                consent.method,
                not consent.signer,
                not consent.authenticated,
                not consent.approved,
                not consent.verified_by,
                signed_on and signed_on > on,
                signed_on and majority and signed_on < majority,
                starts and starts > on,
                ends and ends < on,
                verified_on and verified_on > on,
                revoked_on and revoked_on > on,
                person.custodians and is_signed_without_custody(consent, person),
                consent.basis is not _FERPA_CONSENT and find_minor_ages(consent, person, on),
            ),
        )
    return (
        age_group,
        person.postsecondary,
        person.organizations,
        _list_opt_out_scopes(opt_outs) if opt_outs else opt_outs,
        person.parents_conflict,
        person.court_order,
        not person.hold,
        person.placement,
        person.nations,
        person.withheld,
        person.claimed,
        person.colleges,
        forms,
    )


def build_student_case(
    person: PersonFact,
    on: date,
    *,
    passes: bool,
    occasions: frozenset[ExceptionalBasis],
    places: PopulationResults = NO_POPULATION_RESULTS,
) -> StudentCase:
    """Reduce the facts about one student to the case that a decision depends on.

    Args:
        person: facts about the student.
        on: date of the decision.
        passes: whether the rights pass to the student at 18 under the local policy.
        occasions: exceptional bases that open this student's records.
        places: for each agreement (by reference), whether the student is in its population.
    Returns:
        The case.
    """
    return StudentCase(
        person.organizations,
        _list_opt_out_scopes(person.opt_outs),
        _build_consent_cases(person, on, passes=passes) if person.consents else (),
        person.parents_conflict or have_parents_conflicted(person, on),
        person.court_order,
        bool(person.hold),
        person.placement,
        person.nations,
        person.withheld,
        occasions,
        person.claimed,
        places=places,
        colleges=person.colleges,
    )


def _list_opt_out_scopes(opted_out: tuple[OptOutFact, ...] | None) -> frozenset[OptOutScope] | None:
    if opted_out:
        return frozenset(opt_out.scope for opt_out in opted_out)
    return None if opted_out is None else _NO_OPT_OUT


def _build_consent_cases(person: PersonFact, on: date, *, passes: bool) -> tuple[ConsentCase, ...]:
    cases: list[ConsentCase] = []
    for consent in person.consents:
        is_superseded = bool(consent.superseded_by) and _is_superseded(consent, person.consents, on)
        rights_holder = find_rights_holder(consent, person, on)
        defects = find_consent_defects(
            consent, rights_holder, on, passes=passes, replaced=is_superseded
        )
        if person.custodians and is_signed_without_custody(consent, person):
            defects = (*defects, ConsentDefect.CUSTODY)
        college_defects: tuple[ConsentDefect, ...] = ()
        if person.colleges:
            college_rights = find_rights_holder(consent, person, on, of_college=True)
            college_defects = find_consent_defects(
                consent, college_rights, on, passes=passes, replaced=is_superseded
            )
        cases.append(
            ConsentCase(
                consent.basis,
                defects,
                consent.records,
                consent.purposes,
                consent.parties,
                consent.classes,
                consent.says_revocable,
                college_defects,
                find_minor_signer(consent, person, defects, on),
            )
        )
    return tuple(cases)


def _is_superseded(consent: WrittenConsent, consents: Iterable[WrittenConsent], on: date) -> bool:
    """Tell whether the superseding consent was signed by the date.

    A superseding consent that is not on record counts as signed.
    """
    signing_dates = [other.signed_on for other in consents if other.id == consent.superseded_by]
    return not signing_dates or any(signed is None or signed <= on for signed in signing_dates)
