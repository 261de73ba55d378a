"""Read which programs an organization shows to families, and what one family sees of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.governance.consents import api as consents_api
from cairn.policy import questions
from cairn.policy.facts import Actor, FamilyProgramFact
from cairn.policy.vocabulary import Action, SpecialClass
from cairn.services.families.models import ProgramAccessStatement
from cairn.services.programs import api as programs_api
from cairn.services.programs.api import ChildProgram, Program, ProgramTime


@dataclass(frozen=True, slots=True)
class StatedProgram:
    """A program, with what its organization states about it; None if nothing."""

    program: Program
    statement: ProgramAccessStatement | None


def list_stated_programs(who: Actor, on: date) -> list[StatedProgram]:
    """List the programs of the organizations that the user answers for.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The programs by organization and name.

    Raises:
        Refused: the user answers for no organization.
    """
    questions.may_open_page(Action.SHOW_TO_FAMILIES, who, on=on).require()
    scope = questions.find_organization_scope(Action.SHOW_TO_FAMILIES, who, on)
    programs = Program.objects.filter(organization__slug__in=scope.organizations)
    rows = list(programs.select_related("organization").order_by("organization__name", "name"))
    statements = _load_statements(rows)
    return [StatedProgram(row, statements.get(row.pk)) for row in rows]


def _load_statements(programs: Iterable[Program]) -> Mapping[int, ProgramAccessStatement]:
    rows = ProgramAccessStatement.objects.filter(program__in=list(programs))
    newest: dict[int, ProgramAccessStatement] = {}
    for row in rows.select_related("stated_by"):
        newest.setdefault(row.program_id, row)
    return newest


def read_family_timeline(child: consents_api.Child, who: Actor, on: date) -> list[ProgramTime]:
    """Read a child's times in the programs that the family may see, the newest first.

    A program that is not shown leaves no trace: neither a number nor a reason.

    Args:
        child: the child.
        who: the family session.
        on: the date.

    Returns:
        The times.

    Raises:
        Refused: the session is not of this child's family.
    """
    questions.may_view_family_page(child.key, who, on).require()
    person = consents_api.load_person_fact(child, on)
    times: list[ProgramTime] = []
    for item, fact in find_family_programs(child, on):
        decision = questions.may_show_program_to_family(fact, person, who, on)
        if decision.allowed:
            times += programs_api.read_program_times(decision.require(), item, on)
    return sorted(times, key=lambda time: (time.starts, time.program), reverse=True)


def find_family_programs(
    child: consents_api.Child, on: date
) -> list[tuple[ChildProgram, FamilyProgramFact]]:
    """Find the programs with a record that may be of a child; policy says which the family sees.

    Args:
        child: the child.
        on: the date.

    Returns:
        Each program of an organization with the child on its roster, with its facts.
    """
    label = consents_api.unseal_child_label(child.key, child.sealed)
    rosters = consents_api.RosterEntry.objects.filter(child=child, starts__lte=on)
    organizations = sorted(set(rosters.values_list("organization__slug", flat=True)))
    found = programs_api.find_child_programs(organizations, label.name, label.birth_date)
    statements = _load_statements(item.program for item in found)
    namesakes = _count_namesakes({item.program.organization_id for item in found}, label)
    return [
        (
            item,
            _build_program_fact(
                item, statements.get(item.program.pk), namesakes[item.program.organization_id]
            ),
        )
        for item in found
    ]


def _count_namesakes(
    organizations: Collection[int], label: consents_api.ChildLabel
) -> Counter[int]:
    """Count the children on the rosters of organizations with the name and birth date of one."""
    entries = consents_api.RosterEntry.objects.filter(organization__in=organizations)
    children = set(entries.values_list("organization", "child__key", "child__sealed"))
    labels = (
        (organization, consents_api.unseal_child_label(key, sealed))
        for organization, key, sealed in children
    )
    return Counter(
        organization for organization, other in labels if _identify(other) == _identify(label)
    )


def _identify(label: consents_api.ChildLabel) -> tuple[str, date | None]:
    return "".join(label.name.casefold().split()), label.birth_date


def _build_program_fact(
    item: ChildProgram, statement: ProgramAccessStatement | None, namesakes: int
) -> FamilyProgramFact:
    return FamilyProgramFact(
        organization=item.program.organization.slug,
        shown=None if statement is None else statement.shown,
        service=SpecialClass(statement.service) if statement and statement.service else None,
        on_roster=True,
        records=len(item.participants),
        namesakes=namesakes,
    )
