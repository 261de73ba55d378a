"""Count what the data committee oversees, and collect the results of one agreement."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from cairn.governance.agreements import api as agreements_api
from cairn.governance.projects import api as projects_api
from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.audiences import release_calendar
from cairn.outputs.dashboards.models import Target
from cairn.outputs.releases import api as releases_api
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.questions import may_view_agreement, may_view_promised_report
from cairn.policy.vocabulary import ExtractState, PartyRole, ProjectState, ReleaseState

_SOON: Final = timedelta(days=90)
_STATES_OUT: Final = (ReleaseState.PUBLISHED, ReleaseState.CORRECTED, ReleaseState.WITHDRAWN)
_CLOSED_PROJECTS: Final = (ProjectState.CLOSED, ProjectState.REJECTED)
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class SuppressedShare:
    """Hold how many groups of an outcome's newest year have no published figure."""

    title: str
    groups: int
    suppressed: int

    @property
    def percent(self) -> int:
        """Return the percent of groups without a published figure."""
        return round(_PERCENT * self.suppressed / self.groups) if self.groups else 0


@dataclass(frozen=True, slots=True)
class CommitteeOverview:
    """Hold counts of figures due, in review, out, asked and suppressed; no figure about children.

    Each count of a state is a pair of the state in words and a number.
    """

    late: int
    due_soon: int
    in_review: tuple[tuple[str, int], ...]
    out: tuple[tuple[str, int], ...]
    extracts_out: int
    requests: tuple[tuple[str, int], ...]
    suppressed: tuple[SuppressedShare, ...]

    @property
    def review_count(self) -> int:
        """Return how many releases are on their way to publication."""
        return sum(count for _state, count in self.in_review)

    @property
    def request_count(self) -> int:
        """Return how many data requests are open."""
        return sum(count for _state, count in self.requests)

    @property
    def suppressed_percent(self) -> int:
        """Return the percent of all groups without a published figure."""
        groups = sum(each.groups for each in self.suppressed)
        hidden = sum(each.suppressed for each in self.suppressed)
        return round(_PERCENT * hidden / groups) if groups else 0


def load_committee_overview(on: date) -> CommitteeOverview:
    """Load the counts of the committee's overview. Pilots with invented children are left out."""
    expectations = release_calendar.list_expectations(on)
    releases = releases_api.Release.objects.filter(pilot=False)
    labels = dict(releases_api.Release._meta.get_field("state").flatchoices)
    projects = [
        fact.state.value
        for fact in projects_api.load_project_facts()
        if not fact.pilot and fact.state not in _CLOSED_PROJECTS
    ]
    return CommitteeOverview(
        late=sum(each.is_late for each in expectations),
        due_soon=sum(on <= each.due_on <= on + _SOON for each in expectations),
        in_review=_count_states(
            releases.exclude(state__in=_STATES_OUT).values_list("state", flat=True), labels
        ),
        out=_count_states(
            releases.filter(state__in=_STATES_OUT).values_list("state", flat=True), labels
        ),
        extracts_out=releases_api.Extract.objects.filter(
            Q(state=ExtractState.ISSUED) | Q(state=ExtractState.FETCHED)
        ).count(),
        requests=_count_states(projects, dict(projects_api.STATES)),
        suppressed=tuple(
            _count_suppressed(each) for each in queries.iterate_published_outcomes(on)
        ),
    )


def _count_states(
    states: Iterable[str], labels: Mapping[str, object]
) -> tuple[tuple[str, int], ...]:
    """Count the rows in each state, in the order of the states."""
    counts = Counter(states)
    return tuple((str(labels[state]), counts[state]) for state in labels if counts[state])


def _count_suppressed(each: queries.PublishedOutcome) -> SuppressedShare:
    counts = each.figures.tables[each.figures.latest].values()
    return SuppressedShare(
        releases_api.localize_text(each.definition.title),
        len(counts),
        sum(count.withheld for count in counts),
    )


@dataclass(frozen=True, slots=True)
class AnsweredOutcome:
    """Hold one outcome that was published from an agreement's data, and what changed since.

    Attributes:
        outcome: ID of the outcome.
        title: its title.
        share: the newest published figure of all children.
        year: the year of that figure.
        change: the change against the year before, in words of `YearlyChange`.
        targets: targets with the planned actions.
    """

    outcome: str
    title: str
    share: str
    year: str
    change: releases_api.YearlyChange | None
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class AgreementResults:
    """Hold what was asked, answered, changed and given back under one agreement.

    Attributes:
        terms: the agreement.
        questions: the questions of approved projects that rest on it, with the project's title.
        answers: the outcomes published from its data.
        releases: the published releases that counted its data, newest first.
        corrections: those of them that corrected earlier figures.
        promised: what the agreement promises to the data owner.
        previews: tables of an owner's own students that it saw before a publication.
        given: the reports that were given, each with the partner and the last day.
        reports: the reports that Cairn itself makes under the agreement.
    """

    terms: AgreementFact
    questions: tuple[tuple[str, str], ...]
    answers: tuple[AnsweredOutcome, ...]
    releases: tuple[releases_api.Release, ...]
    corrections: tuple[releases_api.Release, ...]
    promised: tuple[str, ...]
    previews: tuple[releases_api.SendBack, ...]
    given: tuple[tuple[str, str, date], ...]
    reports: tuple[releases_api.PromisedReport, ...]

    @property
    def given_count(self) -> int:
        """Return how many tables and reports were given back."""
        return len(self.previews) + len(self.given)


def load_agreement_results(reference: str, actor: Actor, on: date) -> AgreementResults:
    """Load the results of one agreement.

    Args:
        reference: its reference.
        actor: the person who asks.
        on: the day of the decision.

    Returns:
        The results, from published figures and public projects only.

    Raises:
        Refused: the user may not view the agreement.
        Agreement.DoesNotExist: there is none.
    """
    row = agreements_api.Agreement.objects.get(reference=reference)
    terms = agreements_api.load_agreement_fact(row)
    may_view_agreement(terms, actor, on).require()
    releases = tuple(
        release
        for release in releases_api.list_published_releases()
        if reference in release.agreements
    )
    outcomes = {outcome for release in releases for outcome in release.outcomes}
    names = {party.organization: party.name for party in terms.parties}
    return AgreementResults(
        terms=terms,
        questions=tuple(_list_questions(reference)),
        answers=tuple(
            _build_answer(each)
            for each in queries.iterate_published_outcomes(on)
            if each.definition.id in outcomes
        ),
        releases=releases,
        corrections=tuple(release for release in releases if release.corrects_id),
        promised=tuple(term.what for term in terms.giveback),
        previews=tuple(
            releases_api.SendBack.objects.filter(
                release__in=[release.pk for release in releases],
                organization__slug__in=terms.list_organizations(PartyRole.PROVIDER),
            )
            .select_related("release", "organization")
            .order_by("-sent_on", "release__title")
        ),
        given=tuple(
            (last.what, names.get(partner, partner), last.given_on)
            for (_agreement, partner), reports in releases_api.find_last_reports(reference).items()
            for last in reports
        ),
        reports=tuple(
            report
            for report in releases_api.load_promised_reports(on, reference)
            if may_view_promised_report(report.fact, actor, on).allowed
        ),
    )


def _list_questions(reference: str) -> list[tuple[str, str]]:
    return [
        (fact.title, question.text)
        for fact in projects_api.load_project_facts()
        if reference in fact.agreements and fact.authorization is not None
        for question in fact.questions
        if question.dropped_on is None
    ]


def _build_answer(each: queries.PublishedOutcome) -> AnsweredOutcome:
    figures, definition = each.figures, each.definition
    return AnsweredOutcome(
        definition.id,
        releases_api.localize_text(definition.title),
        releases_api.format_figure_with_unit(figures.county, definition),
        figures.latest,
        figures.describe_change(definition.direction),
        tuple(queries.list_active_targets(definition.id)),
    )
