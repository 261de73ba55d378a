"""Read what higher-level apps know: overdue duties, schooling, court orders, and statements.

Those apps register their functions at start, so that this app never imports them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import ChildLabel, unseal_child_label
from cairn.governance.consents.school_year_choices import compute_school_year
from cairn.policy.facts import (
    AgreementFact,
    CourtOrder,
    Enrollment,
    Enrollments,
    FamilyStatementFact,
    PersonFact,
    ProgramSite,
)
from cairn.warehouse.pipeline import KnownStudent

__all__ = [
    "SealedStatement",
    "register_order_provider",
    "register_overdue_counter",
    "register_schooling_provider",
    "register_site_provider",
    "register_statement_provider",
]

OverdueCounter = Callable[[str, date, Collection[AgreementFact]], int]
"""A function that counts an organization's (slug) overdue destruction duties on a date, under all
agreements for that date."""

_OVERDUE_COUNTERS: list[OverdueCounter] = []


def register_overdue_counter(counter: OverdueCounter) -> None:
    """Register the function that counts overdue duties; the last one registered is used.

    Args:
        counter: the function; the retention app registers it at start.
    """
    _OVERDUE_COUNTERS[:] = [counter]


def count_overdue_duties(
    organization: str, on: date, agreements: Collection[AgreementFact]
) -> int | None:
    """Count an organization's overdue destruction duties.

    Args:
        organization: the organization's slug.
        on: the date.
        agreements: all agreements for that date.

    Returns:
        The number of overdue duties; None if no counter is registered, and unknown means
        deny.
    """
    return _OVERDUE_COUNTERS[0](organization, on, agreements) if _OVERDUE_COUNTERS else None


OrderProvider = Callable[[date], tuple[CourtOrder, ...]]
"""A function that lists the court orders and subpoenas on which a use may rest on a date."""

_ORDER_PROVIDERS: list[OrderProvider] = []


def register_order_provider(provider: OrderProvider) -> None:
    """Register the function that knows court orders; the last one registered is used.

    Args:
        provider: the function; the legal process app registers it at start.
    """
    _ORDER_PROVIDERS[:] = [provider]


def load_court_orders(on: date) -> tuple[CourtOrder, ...]:
    """Load the court orders and subpoenas on which a use of data may rest on a date.

    Args:
        on: the date.

    Returns:
        The orders; empty if no provider is registered, and then nothing rests on an order.
    """
    return _ORDER_PROVIDERS[0](on) if _ORDER_PROVIDERS else ()


@dataclass(frozen=True, slots=True)
class SealedStatement:
    """One statement in a child's record, with its sealed text.

    Attributes:
        fact: the statement as policy sees it.
        sealed: the text, sealed for the child.
    """

    fact: FamilyStatementFact
    sealed: bytes


StatementProvider = Callable[[Collection[str]], tuple[SealedStatement, ...]]
"""A function that lists the statements in these children's records (child keys)."""

_STATEMENT_PROVIDERS: list[StatementProvider] = []


def register_statement_provider(provider: StatementProvider) -> None:
    """Register the function that knows families' statements; the last one registered is used.

    Args:
        provider: the function; the app of the family page registers it at start.
    """
    _STATEMENT_PROVIDERS[:] = [provider]


def load_sealed_statements(keys: Collection[str]) -> tuple[SealedStatement, ...]:
    """Load the statements in these children's records, with sealed texts.

    Args:
        keys: child keys.

    Returns:
        The statements, oldest first; empty if no provider is registered.
    """
    return _STATEMENT_PROVIDERS[0](keys) if _STATEMENT_PROVIDERS and keys else ()


ProgramSites = Mapping[str, frozenset[ProgramSite]]
"""Programs and sites at which students are enrolled, by child key; absent means at none."""

SiteProvider = Callable[[Collection[str], Mapping[str, ChildLabel], date], ProgramSites]
"""A function that finds where students (by child key) are enrolled on a date, in the programs of
some organizations (slugs)."""

_SITE_PROVIDERS: list[SiteProvider] = []


def register_site_provider(provider: SiteProvider) -> None:
    """Register the function that knows where students are enrolled; the last one registered is
    used.

    Args:
        provider: the function; the app of programs registers it at start.
    """
    _SITE_PROVIDERS[:] = [provider]


def load_program_sites(
    organizations: Collection[str], children: Iterable[Child], on: date
) -> ProgramSites:
    """Load the programs and sites at which students are enrolled on a date.

    Args:
        organizations: slugs of the organizations that run the programs.
        children: the students.
        on: the date.

    Returns:
        Programs and sites by child key; empty if no provider is registered.
    """
    labels = {row.key: unseal_child_label(row.key, row.sealed) for row in children}
    return _SITE_PROVIDERS[0](organizations, labels, on) if _SITE_PROVIDERS and labels else {}


SchoolingProvider = Callable[[Mapping[str, str]], Mapping[str, KnownStudent]]
"""A function that returns, for children by key and organization slug, what its rows say."""

_SCHOOLING_PROVIDERS: list[SchoolingProvider] = []


def register_schooling_provider(provider: SchoolingProvider) -> None:
    """Register the function that knows where children go to school; the last one registered is
    used.

    Args:
        provider: the function; the app that holds partners' deliveries registers it at start.
    """
    _SCHOOLING_PROVIDERS[:] = [provider]


def load_schooling(children: Mapping[str, str]) -> Mapping[str, KnownStudent]:
    """Load these children's schooling, as their organizations' rows state it.

    Args:
        children: the organization's slug by child key.

    Returns:
        Schooling by child key; empty if no provider is registered, and unknown means
        deny.
    """
    return _SCHOOLING_PROVIDERS[0](children) if _SCHOOLING_PROVIDERS else {}


def add_schooling_to_person(
    person: PersonFact, schooling_facts: KnownStudent, year: str, on: date
) -> PersonFact:
    """Add to a child's fact what its organization's rows say, for a use of one school year.

    If the rows state neither school nor grade for that year, an enrollment with unknown
    values is added.

    Args:
        person: the child's fact.
        schooling_facts: what the organization's rows say of the child.
        year: the school year, such as "2025-26"; empty for the year of `on`.
        on: the date.

    Returns:
        The fact with birth date and enrollments.
    """
    programs = tuple(enrollment for enrollment in person.enrollments or () if enrollment.program)
    schooling = _filter_enrollments_by_year(
        schooling_facts.enrollments or (), year or compute_school_year(on)
    )
    return replace(
        person,
        birth_date=person.birth_date or schooling_facts.born,
        enrollments=(*programs, *(schooling or (Enrollment(),))),
    )


def _filter_enrollments_by_year(enrollments: Enrollments, year: str) -> Enrollments:
    """Keep the enrollments at a school in a year; without a stated year, the days decide."""
    at_school = (enrollment for enrollment in enrollments if enrollment.school or enrollment.grade)
    return tuple(
        enrollment
        for enrollment in at_school
        if (enrollment.school_year or _find_school_year(enrollment)) == year
    )


def _find_school_year(enrollment: Enrollment) -> str:
    """Return the school year of an enrollment's days if both fall in one, else an empty string."""
    if enrollment.starts is None or enrollment.ends is None:
        return ""
    first, last = compute_school_year(enrollment.starts), compute_school_year(enrollment.ends)
    return first if first == last else ""
