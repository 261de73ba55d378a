"""From a request to the first use, page by page: each step is found on a page before it is taken.

The way is that of hubs that publish it in eight steps. The license is written, read by counsel and
signed after the reviews, and only then named by the project.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.governance.agreements import draft_steps

from cairn.governance.dictionaries.actions import import_dictionary
from cairn.governance.partners.models import Organization
from cairn.governance.projects.models import body, project
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.projects import KeyQuestion, Principle

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
GRADE = "enrollment.grade"
FIELDS = b"Element name,Definition,Type,Years\nenrollment.grade,Grade level,text,2015-\n"
SAID = {f"five_{k.value}": "In a sentence." for k in KeyQuestion} | {
    f"principle_{p.value}": "In a sentence." for p in Principle
}
POINTS = {f"points_{n}": 4 for n in range(3)} | {f"why_{n}": "Because" for n in range(3)}


@dataclass
class Visitor:
    """One person at a browser, who goes only where the page before has a link or a form."""

    client: Client
    page: str = ""

    def open(self, address: str) -> "Visitor":
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        self.page = answer.content.decode()
        return self

    def follow(self, address: str) -> "Visitor":
        assert f'href="{address}"' in self.page, address
        return self.open(address)

    def send(self, address: str, *, elsewhere: bool = False, **data: Any) -> "Visitor":
        """Sends the form of the page, or one whose action is elsewhere."""
        assert "<form" in self.page
        assert not elsewhere or f'action="{address}"' in self.page, address
        answer = self.client.post(address, data, follow=True)
        assert answer.status_code == 200, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
        self.page = answer.content.decode()
        return self


@dataclass
class People:
    """Everybody who has something to do."""

    analyst: Visitor
    manager: Visitor
    steward: Visitor
    counsel: Visitor
    members: list[Visitor]
    users: list[User]
    elm: Organization
    hub: Organization
    named: User


@pytest.fixture
def people(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    browser: Callable[..., Client],
) -> People:
    writing = draft_steps.make(person, organization)
    writing.elm.state = "UT"
    writing.elm.save()
    import_dictionary(
        organization=writing.elm,
        name="elm.csv",
        content=FIELDS,
        by=writing.steward,
        at=draft_steps.now(),
    )
    analyst = person(Role.ANALYST, at="hub", kind=OrganizationKind.BACKBONE)
    council = OrganizationKind.GOVERNMENT
    seats = [person(Role.COMMITTEE_MEMBER, at="council", kind=council) for _ in range(3)]
    return People(
        analyst=Visitor(browser(analyst)),
        manager=Visitor(browser(writing.manager)),
        steward=Visitor(browser(writing.steward)),
        counsel=Visitor(browser(writing.counsel)),
        members=[Visitor(browser(one)) for one in seats],
        users=seats,
        elm=writing.elm,
        hub=writing.hub,
        named=writing.manager,
    )


def test_from_a_request_to_the_first_use(people: People) -> None:
    version = _requested(people)
    _checked_by_staff(people.manager, version)
    _reviewed(people, version)
    _licensed(people, version)
    _authorized(people.manager, version)
    _asked_for_a_use(people.manager, version)


def _url(name: str, version: project.Version, *more: Any) -> str:
    return reverse(f"projects:{name}", args=[version.project.reference, version.number, *more])


def _requested(people: People) -> project.Version:
    """1. The request: what it is for, whose data, which elements for which question."""
    at = people.analyst.open(reverse("projects:list")).follow(reverse("projects:new"))
    at.send(
        reverse("projects:new"),
        title="Who moves between schools?",
        organization=people.hub.pk,
        purpose="program_evaluation",
        flow="request_to_license",
    )
    version = project.Version.objects.get()
    here = _url("detail", version)
    words = {
        "title": version.title,
        "purpose": "program_evaluation",
        "level": "individual",
        "harms": "No school is named.",
        **SAID,
    }
    at.follow(_url("words", version)).send(_url("words", version), **words)
    questions = _url("questions", version)
    at.follow(questions).send(questions, text="In which grades?", asked_by="Families")
    at.open(here).follow(_url("parties", version)).send(
        _url("parties", version),
        providers=[people.elm.pk],
        organizations=[people.hub.pk],
        staff=[people.named.pk],
        outputs="A public report",
    )
    elements = _url("elements", version)
    at.follow(elements).send(elements, first_year="2023-24", last_year="2025-26", for_Q1=[GRADE])
    answers = dict.fromkeys(re.findall(r'name="(to_[^"]+)"', at.page), "Needed for Q1.")
    assert answers
    at.send(elements, challenges="yes", **answers)
    equity = _url("equity", version, "engagement")
    at.open(here).follow(equity).send(
        equity,
        on=timezone.localdate() - timedelta(days=9),
        who_took_part="The parents' circle",
        what_changed="The question is theirs",
    )
    at.send(_url("move_on", version), elsewhere=True)
    assert "Request received" in at.page
    return version


def _checked_by_staff(at: Visitor, version: project.Version) -> None:
    """1 and 2. Received, scored and passed on by somebody who did not ask for it."""
    staff = _url("answer", version, "staff")
    at.open(reverse("projects:list")).follow(_url("detail", version))
    at.follow(staff).send(staff, answer="approve", why="It is complete.")
    at.follow(_url("score", version)).send(_url("score", version), **POINTS)
    at.follow(staff).send(staff, answer="approve", why="It is feasible.")
    assert "Data owner and oversight committee review" in at.page


def _reviewed(people: People, version: project.Version) -> None:
    """3. The owner and the committee review together."""
    at, here = people.steward, _url("detail", version)
    owner = _url("answer_for", version, "providers", "elm")
    at.open(reverse("web:home")).follow(here).follow(owner).send(owner, answer="approve")

    at = people.manager.open(reverse("projects:bodies")).follow(reverse("projects:body_new"))
    at.send(
        reverse("projects:body_new"),
        name="Oversight committee",
        slug="oversight",
        kind="committee",
        mission="That data serve children.",
        quorum=50,
        majority=50,
        conflicts=["leads", "works_on_it"],
        family_seat="on",
    )
    seat = reverse("projects:seat", args=["oversight"])
    for n, user in enumerate(people.users):
        given = {"user": user.pk, "starts": "2024-01-01", "sector": "Council"}
        at.follow(seat).send(seat, **given, **({"for_families": "on"} if n == 0 else {}))
    call = reverse("projects:call", args=["oversight"])
    at.follow(call).send(call, on=timezone.localdate(), place="Library")
    meeting = reverse("projects:meeting", args=[body.Meeting.objects.get().pk])
    at.send(meeting, version=version.pk)
    item = body.AgendaItem.objects.get()
    matter = reverse("projects:matter", args=[item.pk])
    for member in people.members[:2]:
        member.open(reverse("web:home")).follow(matter).send(matter, ballot="approve")
    close = reverse("projects:close_vote", args=[item.pk])
    at.follow(matter).follow(close).send(close)
    assert "2 of 2 votes in favor" in at.page
    minutes = reverse("projects:minutes", args=[item.meeting_id])
    at.open(meeting).follow(minutes).send(minutes, text="Two voted yes, one was away.")
    assert "one was away" in at.page


def _licensed(people: People, version: project.Version) -> None:
    """4. The license is written, read by counsel, signed by both, and named by the project."""
    at, staff = people.manager, _url("answer", version, "staff")
    name = _url("agreements", version)
    at.open(_url("detail", version)).follow(name)
    assert "N-1" not in at.page
    begin = reverse("agreements:begin")
    at.open(reverse("agreements:drafts")).follow(begin).send(
        begin,
        organization="hub",
        source="template:02-data-sharing-audit-evaluation",
        reference="N-1",
        title="Sharing",
    )
    (draft,) = _drafts()
    at.send(reverse("agreements:text", args=[draft]), text=draft_steps.DRAFT)
    at.open(reverse("agreements:draft", args=[draft]))
    at.send(reverse("agreements:submit", args=[draft]), elsewhere=True)
    review = reverse("agreements:review", args=[draft])
    counsel = people.counsel.open(reverse("agreements:draft", args=[draft])).follow(review)
    keys = ["designation", "activity", "education_program", "destruction", "policies"]
    keys.append("program_operator")
    counsel.send(review, do="confirm", organization="elm", criteria=keys)
    counsel.follow(review).send(review, do="clear", organization="elm")
    at.open(reverse("agreements:draft", args=[draft]))
    at.send(reverse("agreements:send_out", args=[draft]), elsewhere=True)
    sign = reverse("agreements:sign", args=[draft])
    for who, party, signer in (
        (people.steward, "elm", "Steward"),
        (people.manager, "hub", "Data Manager"),
    ):
        who.open(reverse("agreements:draft", args=[draft])).follow(sign)
        digest = who.page.split('name="digest" value="')[1].split('"')[0]
        signed = {"organization": party, "digest": digest, "capacity": "Director"}
        who.send(sign, do="sign", name=signer, **signed)
    assert "This agreement is in force today" in at.page
    at.open(_url("detail", version)).follow(name).send(name, agreements=["N-1"])
    at.follow(staff).send(staff, answer="approve", why="The license is signed.")
    assert "5. De-identification check" in at.page


def _drafts() -> list[int]:
    from cairn.governance.agreements.models import Draft

    return list(Draft.objects.values_list("pk", flat=True))


def _authorized(at: Visitor, version: project.Version) -> None:
    """5 and 6. Nobody is identified in what leaves, and leave for named people."""
    staff, authorize = _url("answer", version, "staff"), _url("authorize", version)
    at.follow(staff).send(staff, answer="approve", why="Figures of ten and more only.")
    day = timezone.localdate()
    at.follow(authorize).send(authorize, starts=day, ends=date(day.year + 1, 1, 31))
    assert "Authorized to use data today" in at.page


def _asked_for_a_use(at: Visitor, version: project.Version) -> None:
    """7. The first use is lawful and agreed: the rules say so, with the license."""
    may_i = reverse("disclosures:may_i")
    at.open(reverse("web:home")).follow(may_i).send(
        may_i,
        acting_for="hub",
        action="release",
        purpose="program_evaluation",
        project=version.project.reference,
        level="individual",
        elements=[GRADE],
        people="nobody",
        on=timezone.localdate(),
    )
    answers = re.findall(r"<tr>.*?</tr>", at.page, re.DOTALL)
    (line,) = [one for one in answers if "rade" in one and "<td" in one]
    assert "Yes" in line
    assert "N-1" in at.page
