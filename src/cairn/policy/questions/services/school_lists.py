"""Decide what a school's list of its students may say about programs.

The list names a student's programs where their own agreements share them with the school. A
sensitive program is never named and never counts, so that the students without a program on the
list are those of a sensitive program, those of a family that shares nothing, and all others alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from cairn.policy.coverage import list_special_classes
from cairn.policy.facts import (
    AgreementFact,
    DisclosureContext,
    Facts,
    OptOutFact,
    OrganizationFact,
    PersonFact,
    collect_special_classes,
)
from cairn.policy.questions.services.students import may_keep_student_records
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, LegalBasis, OrganizationKind, PartyRole

__all__ = [
    "add_record_holders",
    "list_countable_programs",
    "list_serving_agreements",
    "select_record_holders",
]

_COUNTABLE_KINDS: Final = frozenset(
    {OrganizationKind.COMMUNITY_PROGRAM, OrganizationKind.POSTSECONDARY}
)
"""Kinds of organizations with programs that a list may name. Others can be sensitive by their kind:
a clinic, a court, a child welfare agency, a program of a nation."""

_COUNTABLE_BASES: Final = frozenset({LegalBasis.OWN_RECORDS, LegalBasis.CONSENT})
"""Bases of records that no law on health or child welfare protects."""


def list_serving_agreements(facts: Facts) -> frozenset[str]:
    """List the agreements that let data submissions connect a student with a service.

    What was received for statistics alone, such as an evaluation, connects no one.

    Args:
        facts: everything on record.

    Returns:
        References of agreements about individual students who are served.
    """
    return frozenset(
        agreement.reference for agreement in facts.agreements if may_keep_student_records(agreement)
    )


def list_countable_programs(facts: Facts) -> frozenset[str]:
    """List the organizations with programs that a school's list may name and count.

    Args:
        facts: everything on record that concerns the school.

    Returns:
        Slugs of organizations without anything sensitive in any of these agreements.
    """
    entries = [entry for item in facts.dictionaries for entry in item.elements]
    context = DisclosureContext(classes=collect_special_classes(entries))
    programs: set[str] = set()
    sensitive: set[str] = set()
    for agreement in facts.agreements:
        providers = agreement.list_organizations(PartyRole.PROVIDER)
        programs |= providers
        if _is_sensitive(agreement, context):
            sensitive |= providers
        sensitive |= {
            party.organization for party in agreement.parties if party.kind not in _COUNTABLE_KINDS
        }
    return frozenset(programs - sensitive)


def _is_sensitive(agreement: AgreementFact, context: DisclosureContext) -> bool:
    return agreement.basis not in _COUNTABLE_BASES or any(
        list_special_classes(element, context) for element in agreement.elements
    )


def select_record_holders(
    viewer: str, holders: Iterable[str], organizations: Iterable[OrganizationFact]
) -> frozenset[str]:
    """Select the organizations that a school may ask about records of its own student.

    Another school's education records are asked about through its own student, with that school's
    forms and restrictions; they are never reached through this school's student. A program asks
    about no other organization's record in this way: it would learn who else knows a child.

    Args:
        viewer: slug of the organization that enrolls the student.
        holders: slugs of organizations with a record of the same student.
        organizations: facts about organizations.

    Returns:
        Slugs of those that are on record and hold no education records; none unless the viewer
        is a school.
    """
    kinds = {item.slug: item.kind for item in organizations}
    if kinds.get(viewer) not in FERPA_AGENCY_KINDS:
        return frozenset()
    return frozenset(
        slug for slug in holders if slug in kinds and kinds[slug] not in FERPA_AGENCY_KINDS
    )


def add_record_holders(student: PersonFact, records: Mapping[str, PersonFact]) -> PersonFact:
    """Add to a school's student what other organizations have on record about the same student.

    An organization with a record claims the student. Everything that stops sharing counts, at each
    organization: an opt-out, a hold, an order, a disagreement, a nation, a withheld element. A
    family's form counts by its own terms.

    Args:
        student: facts about the school's student.
        records: facts about the same student under the ID of each other organization.

    Returns:
        The facts, with the same ID.
    """
    others = tuple(records.values())
    everyone = (student, *others)
    return replace(
        student,
        claimed=student.claimed.union(records) - student.organizations,
        consents=tuple(form for person in everyone for form in person.consents),
        opt_outs=_merge_opt_outs(everyone),
        parents_conflict=any(person.parents_conflict for person in everyone),
        court_order=any(person.court_order for person in everyone),
        hold=next((person.hold for person in everyone if person.hold), ""),
        nations=_merge_restrictions(student.nations, (person.nations for person in others)),
        withheld=_merge_restrictions(student.withheld, (person.withheld for person in others)),
    )


def _merge_opt_outs(people: Iterable[PersonFact]) -> tuple[OptOutFact, ...] | None:
    """Merge opt-outs; unknown for one is unknown for all."""
    merged: tuple[OptOutFact, ...] = ()
    for person in people:
        if person.opt_outs is None:
            return None
        merged += person.opt_outs
    return merged


def _merge_restrictions(
    own: frozenset[str] | None, others: Iterable[frozenset[str] | None]
) -> frozenset[str] | None:
    """Merge what the school and others recorded; only the school's silence leaves it unknown."""
    return None if own is None else own.union(*(item for item in others if item is not None))
