"""What `cairn release …` and `cairn publish` do, over the actions of releases."""

from dataclasses import dataclass

from django.utils import timezone

from cairn.accounts.models import User
from cairn.cli.voice import Unusable, Voice
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.releases import actions, facts, queries
from cairn.releases.models import Release
from cairn.rules.release import may_view_releases
from cairn.rules.vocabulary import NationAnswer


@dataclass(frozen=True, slots=True)
class Wanted:
    """A release as the command describes it."""

    title: str
    outcomes: tuple[str, ...]
    tables: tuple[str, ...]
    years: tuple[str, ...]
    organization: str
    story: str
    answers: list[str]
    statistic: str = ""
    pilot: bool = False


def listed(voice: Voice, acting: str | None) -> None:
    """The releases that the asker may see."""
    rows = _visible(operator(acting))
    voice.facts["releases"] = [_facts(row) for row in rows]
    voice.table(
        ("Release", "State", "Title"),
        [(row.pk, row.get_state_display(), row.title) for row in rows],
    )


def begin(voice: Voice, wanted: Wanted, acting: str | None) -> None:
    """A draft, for the organization named or the only one the asker may draft for."""
    by, at = operator(acting), timezone.localtime()
    row = actions.draft(
        title=wanted.title,
        outcomes=wanted.outcomes,
        statistic=wanted.statistic,
        tables=[tuple(dim.strip() for dim in table.split(",")) for table in wanted.tables],
        years=wanted.years,
        organization=_organization(wanted.organization, by),
        story=wanted.story,
        framing=_answers(wanted.answers),
        pilot=wanted.pilot,
        by=by,
        at=at,
    )
    _say(voice, row, f"Release {row.pk} is drafted. Next: cairn release check {row.pk}")


def reworded(
    voice: Voice,
    number: int,
    title: str | None,
    story: str | None,
    answers: list[str],
    acting: str | None,
) -> None:
    """Other words, or the author's reasons for these."""
    row, by = _found(number, acting)
    actions.reword(
        release=row,
        title=row.title if title is None else title,
        story=row.story if story is None else story,
        framing={**row.framing, **_answers(answers)},
        by=by,
        at=timezone.localtime(),
    )
    _say(voice, row, f"The words of release {row.pk} are kept.")


def _answers(given: list[str]) -> dict[str, str]:
    """``RULE=WHY`` → the reason by the code of the rule."""
    said = {}
    for one in given:
        code, equals, why = one.partition("=")
        if not equals or not why.strip():
            raise Unusable(f'“{one}” is not an answer: write RULE=WHY, such as P25="Nobody asked."')
        said[code.strip()] = why
    return said


def checked(voice: Voice, number: int, acting: str | None) -> None:
    """Count, protect and attack, with a progress bar."""
    row, by = _found(number, acting)
    with voice.progress() as progress:
        actions.check(release=row, by=by, at=timezone.localtime(), progress=progress)
    row.refresh_from_db()
    _say(
        voice,
        row,
        f"Release {row.pk} is checked, with groups smaller than {row.minimum_cell} withheld. "
        f"Next: cairn release submit {row.pk}",
    )


def submitted(voice: Voice, number: int, acting: str | None) -> None:
    """Hand it to the reviewers, who review on the page."""
    row, by = _found(number, acting)
    actions.submit(release=row, by=by, at=timezone.localtime())
    _say(voice, row, f"Release {row.pk} waits for two reviewers.")


def sent_back(voice: Voice, number: int, acting: str | None) -> None:
    """Send it to the owners, who answer on the page."""
    row, by = _found(number, acting)
    clocks = actions.send_back(release=row, by=by, at=timezone.localtime())
    voice.facts["send_backs"] = [
        {"organization": c.organization.slug, "due": c.due_on.isoformat()} for c in clocks
    ]
    _say(voice, row, f"Release {row.pk} was sent back to its owners.")
    for clock in clocks:
        voice.plain(f"  {clock.organization}: answer by {clock.due_on:%Y-%m-%d}")


def nation_said(
    voice: Voice,
    number: int,
    answer: NationAnswer,
    nation: str,
    condition: str,
    acting: str | None,
) -> None:
    """A tribal nation's word, by somebody who may say it for the nation."""
    row, by = _found(number, acting)
    whose = _nation(row, nation, by)
    actions.say_as_nation(
        release=row,
        nation=whose,
        answer=answer,
        condition=condition,
        by=by,
        at=timezone.localtime(),
    )
    voice.facts.update(nation=whose.slug, answer=answer.value, condition=condition)
    voice.facts.update(_facts(row))
    voice.plain(f"The word of {whose} on release {row.pk} is on record, with your name.")
    if answer is NationAnswer.DECLINE:
        voice.plain("Its children are left out of everything that is counted from now on.")
    elif condition.strip():
        voice.plain("Nothing is published until the nation approves again without a condition.")
    else:
        voice.plain(f"They are counted from the next check on: cairn release check {row.pk}")


def _nation(row: Release, slug: str, by: User) -> Organization:
    """The nation named, or the one that the asker answers for; the rules then say whether."""
    who, today = actor(by), timezone.localdate()
    if slug:
        named = facts.nations().filter(slug=slug).first()
        if named is None:
            known = ", ".join(facts.nations().values_list("slug", flat=True)) or "none"
            raise Unusable(f"--nation: no nation here is called “{slug}”. Nations: {known}.")
        return named
    own = queries.own_nations(row, who, today)
    if not own:
        queries.refusal_of_nations(row, who, today).require()
    if len(own) != 1:
        known = ", ".join(one.slug for one in own)
        raise Unusable(f"--nation: say for which nation you answer. You may for: {known}.")
    return own[0]


def published(voice: Voice, number: int, acting: str | None) -> None:
    """Publish it."""
    row, by = _found(number, acting)
    actions.publish(release=row, by=by, at=timezone.localtime())
    _say(voice, row, f"Release {row.pk} is published: everyone can read it at /public/.")


def _found(number: int, acting: str | None) -> tuple[Release, User]:
    """The release, if the asker may see it: a number that they may not see is no release."""
    by = operator(acting)
    for row in _visible(by):
        if row.pk == number:
            return row, by
    raise Unusable(f"There is no release {number} that you may see. See: cairn release list")


def _visible(by: User) -> list[Release]:
    who, today = actor(by), timezone.localdate()
    may_view_releases(who, today).require()
    return queries.visible(who, today)


def _organization(slug: str, by: User) -> Organization:
    own = queries.drafting_for(actor(by), timezone.localdate())
    chosen = [one for one in own if one.slug == slug] if slug else own
    if len(chosen) != 1:
        known = ", ".join(one.slug for one in own) or "none"
        raise Unusable(f"--organization: say for whom you draft. You may for: {known}.")
    return chosen[0]


def _say(voice: Voice, row: Release, sentence: str) -> None:
    row.refresh_from_db()
    voice.facts.update(_facts(row))
    voice.plain(sentence)


def _facts(row: Release) -> dict[str, object]:
    return {"release": row.pk, "title": row.title, "state": row.state}
