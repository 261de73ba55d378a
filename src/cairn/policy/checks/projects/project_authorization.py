"""Check whether a project's authorization covers a use: person, purpose, level, date.

No check reads a stored "approved": engagement, owners, nations, bodies, conditions and dates are
checked each time. The project's state is one reason among the others.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.projects.project_approval import require_project_approval
from cairn.policy.coverage import matches_file_name
from cairn.policy.engine import ElementRule, Reason, Rule
from cairn.policy.facts import AuthorizationFact, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import project as cards
from cairn.policy.lifecycles import DATA_USE_STATES
from cairn.policy.vocabulary import Decider, Level, Outcome, Purpose

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
) -> tuple[Rule, ...]:
    """Build the rules of one use under a project: the project itself, and its authorization.

    Args:
        project: the project, ``None`` if none is named.
        actor: id of the actor.
        acting_for: organization that the actor acts for.
        purpose: purpose of the use.
        level: how close the data are to one student.
        owners: providers in the chain of agreements; each must have approved, also one that the
            project
            does not list.
        years: first and last school year (empty: those of the authorization).
        file: name of the file in which data would be sent; ``None`` if they stay.
    Returns:
        The rules.
    """
    if project is None:
        return (_deny_without_project,)
    authorization = project.authorization
    if authorization is None:
        return (
            *require_project_approval(project, owners),
            partial(deny_without_authorization, project),
        )
    return (
        partial(check_project_in_use, project),
        *require_project_approval(project, owners),
        *(
            partial(rule, project, authorization)
            for rule in (check_authorization_term, check_authorization_not_revoked)
        ),
        partial(_check_authorized_person, project, authorization, actor),
        partial(_check_authorized_organization, project, authorization, acting_for),
        partial(_check_authorized_purpose, authorization, purpose),
        partial(_check_authorized_level, authorization, level),
        partial(_check_authorized_years, project, authorization, years),
        *(() if file is None else (partial(_check_authorized_file, project, authorization, file),)),
    )


def require_authorized_element(project: ProjectFact | None) -> ElementRule:
    """Build the rule for one element: authorized, for an open question, withheld by no owner.

    Args:
        project: the project, ``None`` if none is named.
    Returns:
        The element rule.
    """
    return partial(_check_authorized_element, project)


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
        answer = project.word(Decider.PROVIDERS, owner, on)
        if answer is not None and element in answer.left_out:
            exclusions.append((owner, answer.left_out[element]))
    return tuple(exclusions)


def _authorization_reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))


def _deny_without_project(on: date) -> Iterator[Reason]:
    yield _authorization_reason(cards.NONE, met=False)


def deny_without_authorization(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Deny, because the project has no authorization.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One refusal.
    """
    yield _authorization_reason(cards.AUTHORIZED, met=False, project=project.reference)


def check_project_in_use(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that the project's state allows data use.

    Args:
        project: the project.
        on: date of the check.
    Returns:
        One reason.
    """
    state = project.state.value.replace("_", " ")
    met = project.state in DATA_USE_STATES
    yield _authorization_reason(cards.LIVE, met=met, project=project.reference, state=state)


def check_authorization_term(
    project: ProjectFact, authorization: AuthorizationFact, on: date
) -> Iterator[Reason]:
    """Check that the date lies in the term of the authorization.

    Args:
        project: the project.
        authorization: its authorization.
        on: date of the check.
    Returns:
        One reason per rule.
    """
    yield _authorization_reason(cards.AUTHORIZED, met=True, project=project.reference)
    starts, ends = authorization.starts.isoformat(), authorization.ends.isoformat()
    yield _authorization_reason(
        cards.STARTED, met=authorization.starts <= on, starts=starts, on=on.isoformat()
    )
    yield _authorization_reason(cards.ENDED, met=on <= authorization.ends, ends=ends)


def check_authorization_not_revoked(
    project: ProjectFact, authorization: AuthorizationFact, on: date
) -> Iterator[Reason]:
    """Check that the authorization is not revoked.

    Args:
        project: the project.
        authorization: its authorization.
        on: date of the check.
    Returns:
        A refusal if it is revoked.
    """
    if authorization.revoked_on is not None and authorization.revoked_on <= on:
        yield _authorization_reason(
            cards.REVOKED, met=False, revoked=authorization.revoked_on.isoformat()
        )


def _check_authorized_person(
    project: ProjectFact, authorization: AuthorizationFact, actor: str, on: date
) -> Iterator[Reason]:
    yield _authorization_reason(
        cards.PERSON, met=actor in authorization.staff, project=project.reference
    )


def _check_authorized_organization(
    project: ProjectFact, authorization: AuthorizationFact, acting_for: str, on: date
) -> Iterator[Reason]:
    facts = {"organization": acting_for, "project": project.reference}
    yield _authorization_reason(
        cards.ORGANIZATION, met=acting_for in authorization.organizations, **facts
    )


def _check_authorized_purpose(
    authorization: AuthorizationFact, purpose: Purpose, on: date
) -> Iterator[Reason]:
    facts = {"purpose": purpose.value, "authorized": authorization.purpose.value}
    yield _authorization_reason(cards.PURPOSE, met=purpose is authorization.purpose, **facts)


def _check_authorized_level(
    authorization: AuthorizationFact, level: Level, on: date
) -> Iterator[Reason]:
    facts = {"level": level.value, "authorized": authorization.level.value}
    yield _authorization_reason(
        cards.LEVEL_OF_USE, met=level in LEVELS_WITHIN[authorization.level], **facts
    )


def _check_authorized_years(
    project: ProjectFact, authorization: AuthorizationFact, years: tuple[str, str], on: date
) -> Iterator[Reason]:
    first, last = years[0] or authorization.first_year, years[1] or authorization.last_year
    facts = {
        "project": project.reference,
        "authorized": f"{authorization.first_year} to {authorization.last_year}",
        "asked": f"{first} to {last}",
    }
    yield _authorization_reason(
        cards.YEARS_OF_USE,
        met=authorization.first_year <= first and last <= authorization.last_year,
        **facts,
    )


def _check_authorized_file(
    project: ProjectFact, authorization: AuthorizationFact, file: str, on: date
) -> Iterator[Reason]:
    if authorization.file_names:
        facts = {
            "project": project.reference,
            "authorized": " or ".join(authorization.file_names),
            "asked": file or "a file without a name",
        }
        yield _authorization_reason(
            cards.FILE_OF_USE, met=matches_file_name(authorization.file_names, file), **facts
        )


def _check_authorized_element(
    project: ProjectFact | None, element: str, on: date
) -> Iterator[Reason]:
    reference = project.reference if project else "(no project)"
    authorization = project.authorization if project else None
    if project is None or authorization is None:
        yield _authorization_reason(cards.ELEMENT, met=False, element=element, project=reference)
        return
    listed = element in authorization.elements
    yield _authorization_reason(cards.ELEMENT, met=listed, element=element, project=reference)
    if listed:
        asked = sorted(
            project.live_questions.intersection(authorization.question_of.get(element, ()))
        )
        answers = {"element": element, "questions": ", ".join(asked)}
        yield _authorization_reason(cards.NO_QUESTION, met=bool(asked), **answers)
    for owner, why in list_owner_exclusions(project, element, on):
        facts = {"element": element, "owner": owner, "why": why or "no reason given."}
        yield _authorization_reason(cards.LEFT_OUT, met=False, **facts)
