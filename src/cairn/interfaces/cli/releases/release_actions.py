"""Run `cairn release …` and `cairn publish` over the actions of releases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cairn.governance.partners.api import Organization, find_operator, load_actor
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.policy.checks import LEAST_PARTNER_MINIMUM
from cairn.policy.questions import may_open_release_list
from cairn.policy.vocabulary import NationAnswer
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.measures import get_cohort_date, get_member_name


@dataclass(frozen=True, slots=True)
class ReleaseDraftOptions:
    """Hold a release as the command describes it."""

    title: str
    outcomes: tuple[str, ...]
    tables: tuple[str, ...]
    years: tuple[str, ...]
    organization: str
    story: str
    answers: list[str]
    statistic: str = ""
    method: str = ReleaseMethod.SUPPRESS.value
    pilot: bool = False
    audience: str = ""
    minimum: int | None = None
    cohort_on: date | None = None
    renew: str = ""


def print_releases(output: CommandOutput, acting_email: str | None) -> None:
    """Print the releases that the user may see."""
    rows = _list_visible_releases(find_operator(acting_email))
    output.facts["releases"] = [_describe_release(row) for row in rows]
    output.print_table(
        ("Release", "Status", "Title"),
        [(row.pk, row.get_state_display(), row.title) for row in rows],
    )


def _require_known_outcomes(outcomes: Iterable[str]) -> None:
    known = releases_api.load_indicator_catalogue()
    unknown = [name for name in outcomes if name not in known]
    if unknown:
        raise CommandUsageError(
            f"There is no outcome {', '.join(unknown)}. Outcomes: {', '.join(known)}."
        )


def draft_release_from_options(
    output: CommandOutput, options: ReleaseDraftOptions, acting_email: str | None
) -> None:
    """Draft a release for the named organization, or for the only one the user may draft for."""
    by, at = find_operator(acting_email), timezone.localtime()
    _require_known_outcomes(options.outcomes)
    tables = [
        tuple(dimension.strip() for dimension in table_text.split(","))
        for table_text in options.tables
    ]
    days = {get_cohort_date(dim) for table in tables for dim in table} - {None, options.cohort_on}
    if days:
        raise CommandUsageError("Give the day of a fixed cohort with --cohort, and not in --by.")
    if options.cohort_on and not any(get_member_name(dim) for table in tables for dim in table):
        raise CommandUsageError('--cohort needs a table of a program: --by "program:NAME".')
    row = releases_api.draft_release(
        title=options.title,
        outcomes=options.outcomes,
        statistic=options.statistic,
        method=options.method,
        tables=tables,
        years=options.years,
        organization=_choose_drafting_organization(options.organization, by),
        story=options.story,
        framing=_parse_answers(options.answers),
        pilot=options.pilot,
        audience=_find_audience(options),
        audience_minimum=LEAST_PARTNER_MINIMUM if options.minimum is None else options.minimum,
        cohort_on=options.cohort_on,
        renew=options.renew,
        by=by,
        at=at,
    )
    _report_release(output, row, f"Drafted release {row.pk}. Next: cairn release check {row.pk}")


def _find_audience(options: ReleaseDraftOptions) -> Organization | None:
    if not options.audience:
        if options.minimum is not None:
            raise CommandUsageError(
                "--minimum is for a release to one partner: add --audience PARTNER."
            )
        if options.cohort_on is not None:
            raise CommandUsageError(
                "--cohort is for a release to one partner: add --audience PARTNER."
            )
        return None
    row = Organization.objects.filter(slug=options.audience).first()
    if row is None:
        known = ", ".join(Organization.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandUsageError(
            f"--audience: there is no partner “{options.audience}”. Partners: {known}."
        )
    return row


def reword_release_from_options(
    output: CommandOutput,
    number: int,
    title: str | None,
    story: str | None,
    answers: list[str],
    acting_email: str | None,
) -> None:
    """Change the words beside the figures, or record the author's reasons for them."""
    row, by = _find_visible_release(number, acting_email)
    releases_api.reword_release(
        release=row,
        title=row.title if title is None else title,
        story=row.story if story is None else story,
        framing={**row.framing, **_parse_answers(answers)},
        by=by,
        at=timezone.localtime(),
    )
    _report_release(output, row, f"The text of release {row.pk} is saved.")


def _parse_answers(answer_texts: list[str]) -> dict[str, str]:
    """Parse each ``RULE=WHY`` into the reason, by the code of the rule."""
    reason_by_code = {}
    for answer_text in answer_texts:
        code, equals, reason = answer_text.partition("=")
        if not equals or not reason.strip():
            raise CommandUsageError(
                f"“{answer_text}” is not an answer. Write RULE=WHY, such as "
                'P25="All groups are shown."'
            )
        reason_by_code[code.strip()] = reason
    return reason_by_code


def run_release_check(output: CommandOutput, number: int, acting_email: str | None) -> None:
    """Count, protect and audit the release, with a progress bar."""
    row, by = _find_visible_release(number, acting_email)
    with output.show_progress() as progress:
        releases_api.check_release_disclosure(
            release=row, by=by, at=timezone.localtime(), progress=progress
        )
    row.refresh_from_db()
    _report_release(
        output,
        row,
        f"Release {row.pk} is checked. Groups smaller than {row.minimum_cell} are suppressed. "
        f"Next: cairn release submit {row.pk}",
    )


def submit_release_to_reviewers(
    output: CommandOutput, number: int, acting_email: str | None
) -> None:
    """Send the release to its reviewers, who review it on the page."""
    row, by = _find_visible_release(number, acting_email)
    releases_api.submit_release(release=row, by=by, at=timezone.localtime())
    _report_release(output, row, f"Release {row.pk} is submitted to two reviewers.")


def send_release_for_preview(output: CommandOutput, number: int, acting_email: str | None) -> None:
    """Send the reviewed release to the data owners, who answer on the page."""
    row, by = _find_visible_release(number, acting_email)
    previews = releases_api.send_release_to_owners(release=row, by=by, at=timezone.localtime())
    output.facts["send_backs"] = [
        {"organization": owner_preview.organization.slug, "due": owner_preview.due_on.isoformat()}
        for owner_preview in previews
    ]
    _report_release(output, row, f"Release {row.pk} was sent to its data owners for preview.")
    for preview in previews:
        output.print_text(f"  {preview.organization}: answer by {preview.due_on:%Y-%m-%d}")


def record_nation_answer(
    output: CommandOutput,
    number: int,
    answer: NationAnswer,
    nation: str,
    condition: str,
    acting_email: str | None,
) -> None:
    """Record the decision of a Tribal nation, by a user who may decide for the nation."""
    row, by = _find_visible_release(number, acting_email)
    nation_partner = _find_answering_nation(row, nation, by)
    releases_api.record_nation_decision(
        release=row,
        nation=nation_partner,
        answer=answer,
        condition=condition,
        by=by,
        at=timezone.localtime(),
    )
    output.facts.update(nation=nation_partner.slug, answer=answer.value, condition=condition)
    output.facts.update(_describe_release(row))
    output.print_text(
        f"Recorded the decision of {nation_partner} on release {row.pk}, with your name."
    )
    if answer is NationAnswer.DECLINE:
        output.print_text("From now on, its children are left out of every count.")
    elif condition.strip():
        output.print_text(
            "Nothing is published until the Nation approves again without a condition."
        )
    else:
        output.print_text(
            f"Its children are counted from the next check on: cairn release check {row.pk}"
        )


def _find_answering_nation(row: releases_api.Release, slug: str, by: User) -> Organization:
    """Find the named nation, or the only one the user answers for; the policy then decides."""
    acting_user, today = load_actor(by), timezone.localdate()
    if slug:
        named_nation = releases_api.find_tribal_nations().filter(slug=slug).first()
        if named_nation is None:
            nation_names = (
                ", ".join(releases_api.find_tribal_nations().values_list("slug", flat=True))
                or "none"
            )
            raise CommandUsageError(
                f"--nation: there is no Tribal nation “{slug}”. Nations: {nation_names}."
            )
        return named_nation
    own_nations = releases_api.list_answerable_nations(row, acting_user, today)
    if not own_nations:
        releases_api.explain_nation_refusal(row, acting_user, today).require()
    if len(own_nations) != 1:
        nation_names = ", ".join(nation.slug for nation in own_nations)
        raise CommandUsageError(f"--nation: choose the Nation you answer for: {nation_names}.")
    return own_nations[0]


def publish_checked_release(output: CommandOutput, number: int, acting_email: str | None) -> None:
    """Publish the release."""
    row, by = _find_visible_release(number, acting_email)
    releases_api.publish_release(release=row, by=by, at=timezone.localtime())
    _report_release(output, row, f"Release {row.pk} is published at /public/.")


def _find_visible_release(
    number: int, acting_email: str | None
) -> tuple[releases_api.Release, User]:
    """Find the release; a number that the user may not see counts as no release."""
    by = find_operator(acting_email)
    for row in _list_visible_releases(by):
        if row.pk == number:
            return row, by
    raise CommandUsageError(
        f"There is no release {number} that you may see. List them: cairn release list"
    )


def _list_visible_releases(by: User) -> list[releases_api.Release]:
    acting_user, today = load_actor(by), timezone.localdate()
    may_open_release_list(acting_user, today).require()
    return releases_api.list_visible_releases(acting_user, today)


def _choose_drafting_organization(slug: str, by: User) -> Organization:
    own_organizations = releases_api.list_drafting_organizations(
        load_actor(by), timezone.localdate()
    )
    choices = (
        [organization for organization in own_organizations if organization.slug == slug]
        if slug
        else own_organizations
    )
    if len(choices) != 1:
        organization_names = (
            ", ".join(organization.slug for organization in own_organizations) or "none"
        )
        raise CommandUsageError(
            f"--organization: choose the organization you draft for: {organization_names}."
        )
    return choices[0]


def _report_release(output: CommandOutput, row: releases_api.Release, sentence: str) -> None:
    row.refresh_from_db()
    output.facts.update(_describe_release(row))
    output.print_text(sentence)


def _describe_release(row: releases_api.Release) -> dict[str, object]:
    return {"release": row.pk, "title": row.title, "state": row.state}
