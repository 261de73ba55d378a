"""One version of a project for its page, its request document, and what differs from another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cairn.partners.models import Organization
from cairn.projects import facts, labels, models
from cairn.rules import minimization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.authorization import kept_back, leave_holds
from cairn.rules.committee import Tally, tally
from cairn.rules.decision import Decision, Reason
from cairn.rules.needs import unusual_level
from cairn.rules.project import ProjectFact
from cairn.rules.vocabulary import Action, Outcome


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element: the questions it answers, whether it is authorized, and why not."""

    name: str
    questions: tuple[str, ...]
    authorized: bool
    kept_back: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge to the request, and what those who ask said to it."""

    key: str
    reason: Reason
    answer: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One hearing by a body, with its votes counted for a day."""

    item: models.AgendaItem
    tally: Tally


@dataclass(frozen=True, slots=True)
class Opened:
    """One version with everything its page shows."""

    row: models.Version
    fact: ProjectFact
    holds: Decision
    elements: list[ElementRow]
    challenges: list[Challenge]
    hearings: list[Heard]
    five: list[tuple[str, str]]
    principles: list[tuple[str, str]]
    level_unusual: bool


def find(reference: str, number: int, who: Actor, on: date) -> models.Version:
    """A version. Raises `Refused`, also where there is none; or `Version.DoesNotExist`."""
    may_open(Action.VIEW_PROJECT, who, on=on).require()
    return models.Version.objects.select_related("project__lead", "project__requester").get(
        project__reference=reference, number=number
    )


def opened(row: models.Version, who: Actor, on: date) -> Opened:
    """A version for its page."""
    fact = facts.version(row)
    holds = leave_holds(fact, who, on)
    return Opened(
        row=row,
        fact=fact,
        holds=holds,
        elements=_elements(fact, holds, on),
        challenges=_challenges(row),
        hearings=[
            Heard(item, tally(facts.hearing(item), on))
            for item in row.hearings.select_related("meeting__body").order_by("pk")
        ],
        five=[(str(label), row.five.get(k.value, "")) for k, label in labels.FIVE.items()],
        principles=[
            (str(label), row.principles.get(p.value, "")) for p, label in labels.PRINCIPLES.items()
        ],
        level_unusual=unusual_level(fact.purpose, fact.level),
    )


def _elements(fact: ProjectFact, holds: Decision, on: date) -> list[ElementRow]:
    names = dict(Organization.objects.values_list("slug", "name"))
    return [
        ElementRow(
            name=name,
            questions=fact.question_of[name],
            authorized=holds.elements.get(name) is Outcome.ALLOW,
            kept_back=tuple((names.get(o, o), why) for o, why in kept_back(fact, name, on)),
        )
        for name in sorted(fact.elements)
    ]


def _challenges(row: models.Version) -> list[Challenge]:
    return [
        Challenge(minimization.key(r), r, row.answers.get(minimization.key(r), ""))
        for r in facts.challenges(row)
    ]


def taught(row: models.Version) -> list[models.Lesson]:
    """What was learned in a pilot: of itself, or of the pilot that a project was made from."""
    pilot = row.project if row.pilot else row.project.follows
    if pilot is None or not pilot.pilot:
        return []
    return list(pilot.lessons.select_related("by", "settled_by"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two versions: before, after."""

    what: str
    before: str
    after: str


def before(row: models.Version) -> models.Version | None:
    """What a version is read against: the version before it, or the project that it follows."""
    earlier = row.project.versions.filter(number__lt=row.number).order_by("-number").first()
    if earlier is not None or row.project.follows is None:
        return earlier
    return facts.standing(row.project.follows)


def differences(after: models.Version, earlier: models.Version) -> list[Difference]:
    """Only what differs, so that reviewers need not read again what was approved."""
    old, new = _plain(earlier), _plain(after)
    return [
        Difference(what, old.get(what, ""), new.get(what, ""))
        for what in dict.fromkeys((*old, *new))
        if old.get(what, "") != new.get(what, "")
    ]


def _plain(row: models.Version) -> dict[str, str]:
    """A version as lines of text, each with its heading."""
    said = {
        "Title": row.title,
        "Purpose": str(row.get_purpose_display()),
        "Level of data": str(row.get_level_display()),
        "Why this level": row.level_why,
        "Years": f"{row.first_year} to {row.last_year}",
        "Data owners": _names(row.providers.all()),
        "Receiving organizations": _names(row.organizations.all()),
        "Tribal nations": _names(row.nations.all()),
        "People": _names(row.staff.all()),
        "Agreements": ", ".join(row.agreements),
        "Outputs": ", ".join(row.outputs),
        "Files": ", ".join(row.file_names),
        "Benefit and harm": row.harms,
    }
    said |= {str(label): row.five.get(k.value, "") for k, label in labels.FIVE.items()}
    said |= {str(lb): row.principles.get(p.value, "") for p, lb in labels.PRINCIPLES.items()}
    said |= {f"Question {q.code}": q.text for q in row.questions.filter(dropped_on__isnull=True)}
    return said | {f"Element {e.name}": ", ".join(e.questions) for e in row.elements.all()}


def _names(things: Iterable[object]) -> str:
    return ", ".join(sorted(str(getattr(thing, "name", thing)) for thing in things))
