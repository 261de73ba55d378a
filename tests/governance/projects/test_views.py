"""The same way on pages: what each person sees, fills in and may press."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.confirmation_page import check_asks_first
from tests.governance.projects.sample_projects import World

from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.facts import load_actor
from cairn.governance.projects import facts
from cairn.governance.projects.models import body as models_body
from cairn.governance.projects.models import policy as models_policy
from cairn.governance.projects.models import project
from cairn.governance.projects.queries.inbox import list_project_deadlines, list_project_tasks
from cairn.policy.facts.projects.committee import BodyKind
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.projects import Ballot, Decider, KeyQuestion, Principle, StepAnswer

pytestmark = pytest.mark.django_db
FIVE = {f"five_{k.value}": "In a sentence." for k in KeyQuestion}
PRINCIPLES = {f"principle_{p.value}": "In a sentence." for p in Principle}


def _url(name: str, version: project.Version, *more: Any) -> str:
    return reverse(f"projects:{name}", args=[version.project.reference, version.number, *more])


@pytest.fixture
def asks(world: World, browser: Callable[..., Client]) -> Client:
    return browser(world.analyst)


def _post(client: Client, url: str, **data: Any) -> str:
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    return answer.content.decode()


def test_a_project_is_written_on_pages(world: World, asks: Client) -> None:
    assert "No projects yet" in asks.get(reverse("projects:list")).content.decode()
    page = _post(
        asks,
        reverse("projects:new"),
        title="Who misses school?",
        organization=world.hub.pk,
        purpose="program_evaluation",
        flow="cairn",
    )
    assert "Not answered: why, what, who, how, where." in page
    version = project.Version.objects.get()
    _post(
        asks,
        _url("words", version),
        title="Who misses school?",
        purpose="program_evaluation",
        level="individual",
        harms="None that we know",
        **FIVE,
        **PRINCIPLES,
    )
    page = _post(asks, _url("questions", version), text="Who?", asked_by="Families")
    assert "asked by Families" in page
    page = _post(asks, _url("question", version, "Q1", "reword"), text="Who misses?", why="Shorter")
    assert "Earlier versions" in page
    assert "Too broad" in _post(asks, _url("question", version, "Q1", "drop"), why="Too broad")
    _post(asks, _url("question", version, "Q1", "take-up"))
    assert asks.get(_url("question", version, "Q1", "burn")).status_code == 404
    _post(
        asks,
        _url("parties", version),
        providers=[world.river.pk],
        organizations=[world.hub.pk],
        staff=[world.analyst.pk],
        outputs="A report\n\nA talk",
    )
    version.refresh_from_db()
    assert (version.outputs, version.nations_said) == (["A report", "A talk"], True)
    page = _post(
        asks,
        _url("elements", version),
        first_year="2023-24",
        last_year="2025-26",
        for_Q1=["enrollment.grade"],
    )
    assert facts.load_project_fact(version).question_of == {"enrollment.grade": ("Q1",)}
    assert asks.post(_url("elements", version), {"first_year": "2023"}).status_code == 422
    page = _post(asks, _url("move_on", version))
    assert "The project moved to this step: Data owner feedback." in page


def test_challenges_are_answered_on_the_elements_page(world: World, asks: Client) -> None:
    version = world.propose()
    version.answers, version.first_year, version.last_year = {}, "", ""
    version.save()
    page = asks.get(_url("elements", version)).content.decode()
    assert "The request does not state its first and last school year." in page
    _post(asks, _url("elements", version), challenges="yes", to_M02="All there are")
    version.refresh_from_db()
    assert version.answers == {"M02": "All there are"}
    assert "All there are" in asks.get(_url("request", version)).content.decode()


def test_engagement_is_recorded(world: World, asks: Client) -> None:
    version = world.propose()
    day = world.at.date()
    data = {"on": day, "who_took_part": "Youth council", "what_changed": "The first question"}
    assert "Youth council" in _post(asks, _url("equity", version, "engagement"), **data)
    assert asks.get(_url("equity", version, "applause")).status_code == 404


def test_an_owner_sees_the_request_and_keeps_an_element_back(
    world: World, browser: Callable[..., Client]
) -> None:
    version = world.to_owners()
    client = browser(world.steward)
    assert "Respond for River" in client.get(_url("detail", version)).content.decode()
    (line,) = list_project_tasks(load_actor(world.steward), world.at.date())
    assert (line.count, line.url) == (1, _url("detail", version))
    answer = _url("answer_for", version, "providers", "river")
    page = client.get(answer).content.decode()
    assert "they never require it" in page
    page = _post(
        client,
        answer,
        answer="approve",
        left_out=["enrollment.grade"],
        left_out_why="Not needed",
    )
    assert "Withholds" in page
    assert facts.load_project_fact(version).words[-1].left_out == {"enrollment.grade": "Not needed"}
    assert list_project_tasks(load_actor(world.steward), world.at.date()) == []
    assert client.get(answer).status_code == 403
    assert client.get(_url("answer", version, "crowd")).status_code == 404


def test_staff_score_and_authorize(world: World, browser: Callable[..., Client]) -> None:
    version = world.to_authorization(enrollment__grade="Ours")
    client = browser(world.manager)
    page = client.get(_url("authorize", version)).content.decode()
    assert "because a data owner withholds it" in page
    day = world.at.date()
    wrong = {"starts": day, "ends": day - timedelta(1)}
    assert client.post(_url("authorize", version), wrong).status_code == 422
    page = _post(client, _url("authorize", version), starts=day, ends=day + timedelta(30))
    assert "Authorized to use data today" in page
    page = _post(client, _url("revoke", version), why="A breach")
    assert "This project may not use data today" in page
    assert "The authorization was revoked" in page


def test_scores_conditions_and_versions(
    world: World, asks: Client, browser: Callable[..., Client]
) -> None:
    version = world.propose("request_to_license")
    world.move_on(version)
    world.say(version)
    client = browser(world.manager)
    scores = {f"points_{n}": 4 for n in range(3)} | {f"why_{n}": "Because" for n in range(3)}
    assert "4 of 5" in _post(client, _url("score", version), **scores)
    assert client.post(_url("score", version), {"points_0": 9}).status_code == 422
    _post(client, _url("answer", version, "staff"), answer="approve")
    version.refresh_from_db()
    world.say(version, Decider.PROVIDERS)
    world.vote(version, Ballot.CONDITIONS, Ballot.APPROVE, conditions=("Train everyone",))
    condition = project.Condition.objects.get()
    page = _post(client, _url("condition", version, condition.pk), how="All trained")
    assert "All trained" in page
    page = _post(asks, _url("revise", version), why="One more year")
    assert "Compare versions" in page
    second = project.Version.objects.get(number=2)
    assert "No changes." in asks.get(_url("changes", second)).content.decode()
    assert "No time" in _post(asks, _url("withdraw", second), why="No time")
    assert asks.get(_url("changes", version)).status_code == 404
    assert asks.get(_url("detail", second).replace("/2/", "/9/")).status_code == 404
    follow = reverse("projects:new") + f"?follows={version.project.reference}"
    assert "Reviewers see only what you change" in asks.get(follow).content.decode()


def test_a_committee_is_founded_meets_and_votes(
    world: World, browser: Callable[..., Client]
) -> None:
    version = world.to_owners()
    world.say(version, Decider.PROVIDERS)
    client = browser(world.manager)
    assert "No committees yet" in client.get(reverse("projects:bodies")).content.decode()
    body = {
        "name": "Data committee",
        "slug": "data",
        "kind": "committee",
        "mission": "That data serve children.",
        "quorum": 50,
        "majority": 50,
        "conflicts": ["leads", "works_on_it"],
        "family_seat": "on",
    }
    taken = client.post(reverse("projects:body_new"), body | {"slug": "policies"})
    assert taken.status_code == 422
    assert "Enter a different short name" in taken.content.decode()
    assert "That data serve children." in _post(client, reverse("projects:body_new"), **body)
    body["quorum"] = 60
    assert "60%" in _post(client, reverse("projects:body_change", args=["data"]), **body)
    for n, member in enumerate(world.members):
        seat = {"user": member.pk, "starts": "2024-01-01", "sector": f"Sector {n}"}
        seat |= {"for_families": "on", "listed": "on"} if n == 0 else {}
        _post(client, reverse("projects:seat", args=["data"]), **seat)
    public = Client().get(reverse("projects:body_public", args=["data"])).content.decode()
    assert "Sector 0" in public
    assert "Sector 1" not in public
    assert "2 more members are not named publicly." in public
    page = _post(client, reverse("projects:call", args=["data"]), on="2026-12-01", place="Library")
    assert "No projects on the agenda yet." in page
    called = models_body.Meeting.objects.get()
    page = _post(client, reverse("projects:meeting", args=[called.pk]), version=version.pk)
    assert "Voting open" in page
    item = models_body.AgendaItem.objects.get()
    matter = reverse("projects:matter", args=[item.pk])
    member = browser(world.members[0])
    (line,) = list_project_tasks(load_actor(world.members[0]), world.at.date())
    assert line.url == matter
    assert "You voted:" in _post(member, matter, ballot="approve")
    other = browser(world.members[1])
    aside = reverse("projects:step_aside", args=[item.pk])
    check_asks_first(other, aside, "Recuse yourself", "1 of [0-9] members have voted")
    assert "may not vote" in _post(other, aside, why="Kin")
    assert other.get(aside).status_code == 403
    assert "Voting cannot" not in other.get(matter).content.decode()
    page = _post(browser(world.members[2]), matter, ballot="conditions")
    assert "Each vote is shown after voting closes." in page
    close = reverse("projects:close_vote", args=[item.pk])
    check_asks_first(client, close, r"Close voting\?", "2 of [0-9] members have voted")
    page = _post(client, close, conditions="Train everyone\n")
    assert "2 of 2 votes in favor" in page
    page = _post(client, reverse("projects:minutes", args=[called.pk]), text="All agreed.")
    assert "All agreed." in page
    seat = models_body.Seat.objects.get(user=world.members[2])
    end = reverse("projects:end_seat", args=["data", seat.pk])
    assert "Sector 2" in _post(client, end, ends=world.at.date())
    seat.refresh_from_db()
    assert seat.ends == world.at.date()


def test_a_proxy_votes_and_the_quorum_counts_who_is_there(
    world: World, browser: Callable[..., Client]
) -> None:
    version = world.to_owners()
    world.say(version, Decider.PROVIDERS)
    client = browser(world.manager)
    rules = {"name": "Data", "slug": "data", "kind": "committee", "mission": "Decide."}
    rules |= {"unanimous": "on", "quorum_of_present": "on", "proxies": "on"}
    page = _post(client, reverse("projects:body_new"), **rules, quorum=60, majority=50)
    assert "every vote must be in favor" in page
    for member in world.members:
        seat = {"user": member.pk, "starts": "2024-01-01"}
        _post(client, reverse("projects:seat", args=["data"]), **seat)
    _post(client, reverse("projects:call", args=["data"]), on="2026-12-01", place="Library")
    meeting = models_body.Meeting.objects.get()
    _post(client, reverse("projects:meeting", args=[meeting.pk]), version=version.pk)
    item = models_body.AgendaItem.objects.get()
    assert item.step == version.step == "committee"
    matter = reverse("projects:matter", args=[item.pk])
    absent, holder, third = (browser(member) for member in world.members[:3])
    assert "Name a proxy" in absent.get(matter).content.decode()
    for_absent = reverse("projects:proxy_vote", args=[item.pk, world.members[0].pk])
    assert holder.get(for_absent).status_code == 404
    named = _post(absent, reverse("projects:proxy", args=[item.pk]), holder=world.members[1].pk)
    assert f"Your proxy: {world.members[1].name}" in " ".join(named.split())
    _post(holder, matter, ballot="approve")
    page = _post(holder, for_absent, ballot="approve")
    assert f"Vote for {world.members[0].name}" in page
    close = reverse("projects:close_vote", args=[item.pk])
    assert client.get(close).status_code == 403
    there = reverse("projects:attendance", args=[meeting.pk])
    shown = _post(client, there, present=[world.members[1].pk])
    assert f"<p>{world.members[1].name}</p>" in shown
    # The holder is there, and so is the absent member by proxy: 2 of 3.
    assert third.get(there).status_code == 403
    assert "2 of 2 votes in favor" in _post(client, close)
    assert f"(by proxy, {world.members[1].name})" in client.get(matter).content.decode()


def test_an_invitation_names_an_agreement_on_record(
    world: World, browser: Callable[..., Client]
) -> None:
    rules = {"name": "Data", "slug": "data", "kind": "committee", "mission": "Decide."}
    client = browser(world.manager)
    _post(client, reverse("projects:body_new"), **rules, quorum=50, majority=50)
    invite, address = {"organization": world.river.pk}, reverse("projects:invite", args=["data"])
    unknown = client.post(address, {**invite, "agreement": "NOPE-1"})
    assert unknown.status_code == 422
    assert "No agreement on record has the number NOPE-1." in unknown.content.decode()
    Agreement.objects.create(reference="RC-DSA-01", title="Data sharing")
    assert "RC-DSA-01" in _post(client, address, **invite, agreement="RC-DSA-01")


@pytest.mark.parametrize("name", ["body", "body_public", "seat"])
def test_a_body_that_is_not_there(name: str, world: World, browser: Callable[..., Client]) -> None:
    client = browser(world.manager)
    assert client.get(reverse(f"projects:{name}", args=["none"])).status_code == 404


@pytest.mark.parametrize("name", ["meeting", "matter"])
def test_a_meeting_that_is_not_there(
    name: str, world: World, browser: Callable[..., Client]
) -> None:
    client = browser(world.manager)
    assert client.get(reverse(f"projects:{name}", args=[99])).status_code == 404


def test_policies_are_adopted_and_acknowledged(
    world: World, browser: Callable[..., Client]
) -> None:
    client = browser(world.manager)
    assert "Not adopted" in client.get(reverse("projects:policies")).content.decode()
    policy = {
        "kind": "data_use",
        "text": "Data serve children.",
        "owner": "The board",
        "adopted_on": "2026-01-01",
        "review_on": "2025-01-01",
    }
    assert client.post(reverse("projects:adopt"), policy).status_code == 422
    policy["review_on"] = "2026-06-01"
    page = _post(client, reverse("projects:adopt"), **policy)
    assert "No partner has acknowledged this version yet." in page
    row = models_policy.Policy.objects.get()
    (review,) = list_project_deadlines(
        load_actor(world.manager), date(2026, 1, 1), date(2026, 12, 31)
    )
    assert (review.kind, review.on) == ("policy", date(2026, 6, 1))
    steward = browser(world.steward)
    address = reverse("projects:policy", args=[row.pk])
    page = _post(steward, address, organization=world.river.pk)
    assert "Acknowledge policy" not in page
    assert row.acknowledgements.get().organization == world.river
    assert "Overdue" in client.get(reverse("projects:policies")).content.decode()


def test_what_falls_due(world: World, person: Callable[..., Any]) -> None:
    version = world.to_owners()
    day = world.at.date()
    who = load_actor(world.manager)
    (answer,) = list_project_deadlines(who, day, day + timedelta(30))
    assert (answer.on, answer.organization) == (day + timedelta(20), "river")
    world.say(version, Decider.PROVIDERS)
    world.vote(version)
    world.vote(version, kind=BodyKind.EXECUTIVE)
    world.authorize(version)
    kinds = {d.kind for d in list_project_deadlines(who, day, day + timedelta(400))}
    assert kinds == {"project", "meeting"}
    assert list_project_deadlines(load_actor(person(Role.PUBLIC)), day, day) == []
    assert list_project_tasks(load_actor(person(Role.PUBLIC)), day) == []


def test_those_who_ask_are_told_when_it_is_their_turn(world: World) -> None:
    version = world.propose()
    who = load_actor(world.analyst)
    assert [w.title for w in list_project_tasks(who, world.at.date())] == [
        "your project ready for its next step"
    ]
    world.propose()
    (line,) = list_project_tasks(who, world.at.date())
    assert (line.count, line.url) == (2, reverse("projects:list"))
    listed = project.Project.objects.count()
    assert listed == 2
    world.move_on(version)
    world.say(version, Decider.PROVIDERS, StepAnswer.COMMENT)
    assert "Sent" not in str(version)
