"""Arrange the published figures of the programs that an organization funds.

Nothing is counted here: each figure is a published one, beside the comparison that is published
with it. A program without a figure is listed too.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from cairn.governance.partners.api import Organization
from cairn.outputs.dashboards.api import ComparedOutcome, list_outcomes_by_program
from cairn.policy.facts import Actor
from cairn.policy.questions import may_view_dashboards
from cairn.services.programs.group_offers.offer_lines import list_outcome_choices
from cairn.services.programs.models import (
    Program,
    ProgramFunding,
    RegistrationOffer,
    SessionSeries,
)
from cairn.warehouse.measures import build_member_dimension


@dataclass(frozen=True, slots=True)
class FundedProgram:
    """Describe one program of a portfolio; its groups and aims are those of today or later.

    Attributes:
        program: the program, with its organization.
        sites: where its groups meet.
        ages: ages or grades of its groups, in words.
        aims: titles of the outcomes that its groups aim at.
        open_groups: groups for which families may register online today.
        same_name: other organizations that run a program of this name. A release knows programs by
            their names, so its figures count the children of all of them.
    """

    program: Program
    sites: tuple[str, ...]
    ages: tuple[str, ...]
    aims: tuple[str, ...]
    open_groups: tuple[SessionSeries, ...]
    same_name: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """Hold one published outcome of a program; a program without any has one line without it."""

    funded: FundedProgram
    outcome: ComparedOutcome | None

    @property
    def is_suppressed(self) -> bool:
        """Whether the newest figure of the program's children is suppressed."""
        return self.outcome is not None and self.outcome.newest.is_suppressed


def list_funders(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations that fund a program or funded one, by name.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: the user may not view dashboards.
    """
    may_view_dashboards(who, on).require()
    # An end before the first day: recorded by mistake.
    rows = ProgramFunding.objects.exclude(ends__lt=F("starts"))
    return Organization.objects.filter(pk__in=rows.order_by().values("funder")).order_by("name")


def find_own_funder(funders: Iterable[Organization], who: Actor, on: date) -> Organization | None:
    """Find the funder that the user belongs to; otherwise the first in the alphabet."""
    own, choices = who.list_organizations(on), list(funders)
    return next((each for each in choices if each.slug in own), next(iter(choices), None))


def list_portfolio(funder: Organization, who: Actor, on: date) -> list[PortfolioLine]:
    """List the programs that an organization funds on a day, each with its published outcomes.

    Args:
        funder: the organization.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The lines by name of the program; a program without a published figure has one line.

    Raises:
        Refused: the user may not view dashboards.
    """
    may_view_dashboards(who, on).require()
    rows = ProgramFunding.objects.filter_active(on).filter(funder=funder)
    programs = list(
        Program.objects.filter(pk__in=rows.order_by().values("program"))
        .select_related("organization")
        .order_by("name", "organization__name")
    )
    outcomes = list_outcomes_by_program([program.name for program in programs], on)
    lines: list[PortfolioLine] = []
    for funded in _describe_programs(programs, on):
        published = outcomes[funded.program.name]
        lines += [PortfolioLine(funded, outcome) for outcome in published]
        if not published:
            lines.append(PortfolioLine(funded, None))
    return lines


def _describe_programs(programs: Sequence[Program], on: date) -> list[FundedProgram]:
    titles = dict(list_outcome_choices())
    groups = defaultdict(list)
    running = Q(last_day__isnull=True) | Q(last_day__gte=on)
    for row in SessionSeries.objects.filter(running, program__in=programs):
        groups[row.program_id].append(row)
    offers = RegistrationOffer.objects.filter(series__program__in=programs, closes_on__gte=on)
    open_series = set(offers.values_list("series", flat=True))
    runners = defaultdict(list)
    for name, number, runner in Program.objects.values_list(
        "name", "organization", "organization__name"
    ):
        runners[_normalize_name(name)].append((number, runner))
    return [
        FundedProgram(
            program,
            tuple(sorted({row.site for row in groups[program.pk]})),
            tuple(dict.fromkeys(row.ages for row in groups[program.pk] if row.ages)),
            tuple(
                sorted({titles[row.outcome] for row in groups[program.pk] if row.outcome in titles})
            ),
            tuple(row for row in groups[program.pk] if row.pk in open_series),
            tuple(
                sorted(
                    runner
                    for number, runner in runners[_normalize_name(program.name)]
                    if number != program.organization_id
                )
            ),
        )
        for program in programs
    ]


def _normalize_name(name: str) -> str:
    """Write the name of a program in the way in which a release recognizes it."""
    return build_member_dimension("program", name).casefold()
