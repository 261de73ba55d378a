"""Two extracts of the demo's research project. One is asked for, prepared, reviewed, and waits for
its recipient, so that a visitor can fetch it once; of the other one somebody has to read the free
text, so that a visitor can read it."""

from datetime import datetime
from typing import Final

from cairn.accounts.models import User
from cairn.audit.work import StoppedError
from cairn.demo import asking, cast
from cairn.partners.models import Organization
from cairn.projects.models import Version
from cairn.releases.checking import Progress
from cairn.releases.extracts import actions
from cairn.releases.models import Extract
from cairn.rules.vocabulary import Verdict

_WHY_THEY_LEFT: Final = "enrollment.exit_type"


def hand_over(by: User, at: datetime, progress: Progress) -> None:
    """Everything up to the link and up to the reading, unless it is there; `by` is the data
    manager. In a county so small that no child is one of many, there is none."""
    if Extract.objects.exists():
        return
    elements = list(asking.RESEARCH.elements)
    absent = [one for one in elements if one != _WHY_THEY_LEFT]
    first = _ask("Days absent in the year after a move", absent, at)
    second = _ask("What offices wrote down when a child left", elements, at)
    try:
        for one in (first, second):
            actions.prepare(extract=one, by=by, at=at, progress=progress)
    except StoppedError:
        return
    for member in cast.REVIEWERS:
        reviewer = User.objects.get(email=member.email)
        said = "Nobody I know could be found by it."
        actions.review(extract=first, verdict=Verdict.APPROVE, comment=said, by=reviewer, at=at)
    actions.issue(extract=first, by=by, at=at)


def _ask(title: str, elements: list[str], at: datetime) -> Extract:
    researcher = User.objects.get(email=cast.ANALYST.email)
    return actions.request(
        project=Version.objects.get(title=asking.RESEARCH.title).project,
        title=title,
        elements=elements,
        recipient=researcher,
        organization=Organization.objects.get(slug=cast.BACKBONE),
        k=10,
        by=researcher,
        at=at,
    )
