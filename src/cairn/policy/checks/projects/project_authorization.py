"""Check whether a project's authorization covers a use: person, purpose, level, date.

No check reads a stored "approved": engagement, owners, nations, bodies, conditions and dates are
checked each time. The project's state is one reason among the others.
"""

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.projects.project_requirements import require_project_approval
from cairn.policy.coverage import matches_file_name
from cairn.policy.engine import BoundCheck, Reason, element_check, policy_check
from cairn.policy.facts import AuthorizationFact, ProjectFact
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.lifecycles import DATA_USE_STATES
from cairn.policy.vocabulary import Decider, Level, Purpose, label_code

__all__ = [
    "check_authorization_given",
    "check_authorization_not_revoked",
    "check_authorization_term",
    "check_authorized_element",
    "check_project_in_use",
    "list_owner_exclusions",
    "plan_authorization",
    "require_authorization_in_force",
    "require_project_authorization",
]

# Level → the levels that show as much or less of one student.
LEVELS_WITHIN: Final = MappingProxyType(
    {
        Level.INDIVIDUAL: frozenset(Level),
        Level.DE_IDENTIFIED: frozenset(Level) - {Level.INDIVIDUAL},
        Level.PROGRAM: frozenset({Level.PROGRAM, Level.POPULATION, Level.SYSTEMS}),
        Level.POPULATION: frozenset({Level.POPULATION, Level.SYSTEMS}),
        Level.SYSTEMS: frozenset({Level.SYSTEMS}),
    }
)


def require_project_authorization(
    project: ProjectFact | None,
    *,
    actor: str,
    acting_for: str,
    purpose: Purpose,
    level: Level,
    owners: frozenset[str],
    years: tuple[str, str] = ("", ""),
    file: str | None = None,
) -> tuple[BoundCheck, ...]:
    """List the checks of one use under a project: the project itself, and its authorization.

    Args:
        project: the project, ``None`` if none is named.
        actor: id of the actor.
        acting_for: organization that the actor acts for.
        purpose: purpose of the use.
        level: how close the data are to one student.
        owners: providers in the chain of agreements; each must have approved, also one that the
            project does not list.
        years: first and last school year (empty: those of the authorization).
        file: name of the file in which data would be sent; ``None`` if they stay.
    Returns:
        The checks.
    """
    if project is None:
        return (check_project_named(project),)
    authorization = project.authorization
    if authorization is None:
        return (*require_project_approval(project, owners), check_authorization_given(project))
    return (
        check_project_named(project),
        check_project_in_use(project),
        *require_project_approval(project, owners),
        *require_authorization_in_force(project, authorization),
        check_authorized_person(project, authorization, actor),
        check_authorized_organization(project, authorization, acting_for),
        check_authorized_purpose(authorization, purpose),
        check_authorized_level(authorization, level),
        check_authorized_years(project, authorization, years),
        *(() if file is None else (check_authorized_file(project, authorization, file),)),
    )


def require_authorization_in_force(
    project: ProjectFact, authorization: AuthorizationFact
) -> tuple[BoundCheck, ...]:
    """List the checks by which an authorization is in force: given, in its term, not revoked.

    Args:
        project: the project.
        authorization: its authorization.
    Returns:
        The checks.
    """
    return (
        check_authorization_given(project),
        check_authorization_term(authorization),
        check_authorization_not_revoked(authorization),
    )


def plan_authorization(
    project: ProjectFact, starts: date, ends: date, on: date
) -> AuthorizationFact:
    """Plan the authorization that a project version requests, minus elements an owner withholds.

    Args:
        project: the project version.
        starts: first day.
        ends: last day.
        on: date of the owners' answers.
    Returns:
        The authorization.
    """
    requested = {
        element: questions
        for element, questions in project.question_of.items()
        if not list_owner_exclusions(project, element, on)
    }
    return AuthorizationFact(
        project=project.reference,
        question_of=MappingProxyType(requested),
        purpose=project.purpose,
        elements=frozenset(requested),
        first_year=project.first_year,
        last_year=project.last_year,
        level=project.level,
        staff=project.staff,
        organizations=project.organizations,
        agreements=project.agreements,
        outputs=project.outputs,
        starts=starts,
        ends=ends,
        conditions=project.conditions,
        file_names=project.file_names,
    )


def list_owner_exclusions(
    project: ProjectFact, element: str, on: date
) -> tuple[tuple[str, str], ...]:
    """List the owners who withhold an element by their last answer, each with its reason.

    Args:
        project: the project.
        element: ``record.field``.
        on: date of the answers.
    Returns:
        Pairs of owner and reason.
    """
    exclusions = []
    for owner in sorted(
        {entry.organization for entry in project.words if entry.decider is Decider.PROVIDERS}
    ):
        answer = project.find_response(Decider.PROVIDERS, owner, on)
        if answer is not None and element in answer.left_out:
            exclusions.append((owner, answer.left_out[element]))
    return tuple(exclusions)


@policy_check(cards.NONE)
def check_project_named(on: date, project: ProjectFact | None) -> Iterator[Reason]:
    """Check that the use names a project."""
    if project is None:
        yield Reason.from_card(cards.NONE, met=False)


@policy_check(cards.AUTHORIZED)
def check_authorization_given(on: date, project: ProjectFact) -> Reason:
    """Check that the project has an authorization.

    Args:
        on: date of the check.
        project: the project.
    Returns:
        One reason.
    """
    is_given = project.authorization is not None
    return Reason.from_card(cards.AUTHORIZED, met=is_given, project=project.reference)


@policy_check(cards.LIVE)
def check_project_in_use(on: date, project: ProjectFact) -> Reason:
    """Check that the project's state allows data use.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    state = label_code(project.state)
    met = project.state in DATA_USE_STATES
    return Reason.from_card(cards.LIVE, met=met, project=project.reference, state=state)


@policy_check(cards.STARTED, cards.ENDED)
def check_authorization_term(on: date, authorization: AuthorizationFact) -> Iterator[Reason]:
    """Check that the date lies in the term of the authorization.

    Args:
        on: date of the check.
        authorization: the authorization of a project.
    Returns:
        One reason about its first day, and one about its last.
    """
    starts, ends = authorization.starts.isoformat(), authorization.ends.isoformat()
    yield Reason.from_card(
        cards.STARTED, met=authorization.starts <= on, starts=starts, on=on.isoformat()
    )
    yield Reason.from_card(cards.ENDED, met=on <= authorization.ends, ends=ends)


@policy_check(cards.REVOKED)
def check_authorization_not_revoked(on: date, authorization: AuthorizationFact) -> Iterator[Reason]:
    """Check that the authorization is not revoked.

    Args:
        on: date of the check.
        authorization: the authorization of a project.
    Returns:
        A refusal if it is revoked.
    """
    if authorization.revoked_on is not None and authorization.revoked_on <= on:
        yield Reason.from_card(
            cards.REVOKED, met=False, revoked=authorization.revoked_on.isoformat()
        )


@policy_check(cards.PERSON)
def check_authorized_person(
    on: date, project: ProjectFact, authorization: AuthorizationFact, actor: str
) -> Reason:
    """Check that the authorization names the person."""
    return Reason.from_card(
        cards.PERSON, met=actor in authorization.staff, project=project.reference
    )


@policy_check(cards.ORGANIZATION)
def check_authorized_organization(
    on: date, project: ProjectFact, authorization: AuthorizationFact, acting_for: str
) -> Reason:
    """Check that the authorization names the organization that the person acts for."""
    facts = {"organization": acting_for, "project": project.reference}
    return Reason.from_card(
        cards.ORGANIZATION, met=acting_for in authorization.organizations, **facts
    )


@policy_check(cards.PURPOSE)
def check_authorized_purpose(
    on: date, authorization: AuthorizationFact, purpose: Purpose
) -> Reason:
    """Check that the use has the purpose of the authorization."""
    facts = {"purpose": label_code(purpose), "authorized": label_code(authorization.purpose)}
    return Reason.from_card(cards.PURPOSE, met=purpose is authorization.purpose, **facts)


@policy_check(cards.LEVEL_OF_USE)
def check_authorized_level(on: date, authorization: AuthorizationFact, level: Level) -> Reason:
    """Check that the use shows no more of one student than the authorization allows."""
    facts = {"level": label_code(level), "authorized": label_code(authorization.level)}
    return Reason.from_card(
        cards.LEVEL_OF_USE, met=level in LEVELS_WITHIN[authorization.level], **facts
    )


@policy_check(cards.YEARS_OF_USE)
def check_authorized_years(
    on: date, project: ProjectFact, authorization: AuthorizationFact, years: tuple[str, str]
) -> Reason:
    """Check that the use stays within the authorized school years."""
    first, last = years[0] or authorization.first_year, years[1] or authorization.last_year
    facts = {
        "project": project.reference,
        "authorized": f"{authorization.first_year} to {authorization.last_year}",
        "asked": f"{first} to {last}",
    }
    return Reason.from_card(
        cards.YEARS_OF_USE,
        met=authorization.first_year <= first and last <= authorization.last_year,
        **facts,
    )


@policy_check(cards.FILE_OF_USE)
def check_authorized_file(
    on: date, project: ProjectFact, authorization: AuthorizationFact, file: str
) -> Iterator[Reason]:
    """Check that the authorization allows a file of this name, where it names any."""
    if authorization.file_names:
        facts = {
            "project": project.reference,
            "authorized": " or ".join(authorization.file_names),
            "asked": file or "a file with no name",
        }
        yield Reason.from_card(
            cards.FILE_OF_USE, met=matches_file_name(authorization.file_names, file), **facts
        )


@element_check(cards.ELEMENT, cards.NO_QUESTION, cards.LEFT_OUT)
def check_authorized_element(
    element: str, on: date, project: ProjectFact | None
) -> Iterator[Reason]:
    """Check that an element is authorized, for an open question, and withheld by no owner.

    Args:
        element: data element (``record.field``).
        on: date of the check.
        project: the project, ``None`` if none is named.
    Returns:
        The reasons about the element; one refusal without a project or authorization.
    """
    reference = project.reference if project else "an unnamed project"
    authorization = project.authorization if project else None
    if project is None or authorization is None:
        yield Reason.from_card(cards.ELEMENT, met=False, element=element, project=reference)
        return
    listed = element in authorization.elements
    yield Reason.from_card(cards.ELEMENT, met=listed, element=element, project=reference)
    if listed:
        asked = sorted(
            project.live_questions.intersection(authorization.question_of.get(element, ()))
        )
        answers = {"element": element, "questions": ", ".join(asked)}
        yield Reason.from_card(cards.NO_QUESTION, met=bool(asked), **answers)
    for owner, why in list_owner_exclusions(project, element, on):
        facts = {"element": element, "owner": owner, "why": why or "no reason given."}
        yield Reason.from_card(cards.LEFT_OUT, met=False, **facts)
