"""Request two extracts of the demo's research project.

One is prepared, reviewed, and available to its recipient, so that a visitor can download it once.
The other has free text that a person has to read, so that a visitor can read it.
"""

from datetime import datetime
from typing import Final

from cairn.demo.governance import projects, staff
from cairn.governance.partners.api import Organization
from cairn.governance.projects.api import Version
from cairn.outputs.extracts import api as extracts_api
from cairn.outputs.releases.api import Extract
from cairn.platform.accounts.api import User
from cairn.platform.tasks.api import Progress, StoppedError
from cairn.policy.vocabulary import ReviewVerdict

_EXIT_REASON_ELEMENT: Final = "enrollment.exit_type"


def prepare_demo_extracts(by: User, at: datetime, progress: Progress) -> None:
    """Request, prepare and issue the extracts, unless one exists; `by` is the data manager.

    A county so small that no child is one of many has no extract.
    """
    if Extract.objects.exists():
        return
    elements = list(projects.RESEARCH_PROJECT.elements)
    coded_elements = [requested for requested in elements if requested != _EXIT_REASON_ELEMENT]
    coded_extract = _request_extract("Days absent in the year after a move", coded_elements, at)
    text_extract = _request_extract("What offices wrote down when a child left", elements, at)
    try:
        for requested in (coded_extract, text_extract):
            extracts_api.prepare_and_store_extract(
                extract=requested, by=by, at=at, progress=progress
            )
    except StoppedError:
        return
    for member in staff.REVIEWERS:
        reviewer = User.objects.get(email=member.email)
        review_comment = "Nobody I know could be found by it."
        extracts_api.review_extract(
            extract=coded_extract,
            verdict=ReviewVerdict.APPROVE,
            comment=review_comment,
            by=reviewer,
            at=at,
        )
    extracts_api.issue_extract(extract=coded_extract, by=by, at=at)


def _request_extract(title: str, elements: list[str], at: datetime) -> Extract:
    researcher = User.objects.get(email=staff.ANALYST.email)
    return extracts_api.request_extract(
        project=Version.objects.get(title=projects.RESEARCH_PROJECT.title).project,
        title=title,
        elements=elements,
        recipient=researcher,
        organization=Organization.objects.get(slug=staff.BACKBONE_SLUG),
        k=10,
        by=researcher,
        at=at,
    )
