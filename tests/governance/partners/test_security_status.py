"""An organization's clearance: its people's training, its own security, bars, what is due."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.actions import person_records, security_records
from cairn.governance.partners.facts import (
    load_actor,
    load_actors,
    load_organization_fact,
    load_receiver_facts,
)
from cairn.governance.partners.models import (
    Affiliation,
    Assessment,
    Bar,
    Organization,
    SecurityPlan,
)
from cairn.governance.partners.queries import partner_inbox, security_status
from cairn.governance.partners.questionnaire import (
    AnswerGrade,
    IncompleteAnswers,
    list_questionnaires_for,
    load_questionnaires,
)
from cairn.governance.partners.security_plan import write_security_plan
from cairn.governance.training.course_catalog import (
    find_course,
    find_workshop,
    list_required_modules,
)
from cairn.governance.training.models import Completion, Signature
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import OwnerBar
from cairn.policy.questions.governance.access import may_open_page, may_see_children
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import SecurityCondition
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db

PROGRAM = OrganizationKind.COMMUNITY_PROGRAM


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER)


@pytest.fixture
def steward(person: Callable[..., Any]) -> Any:
    return person(Role.STEWARD, at="river")


def _codes(user: Any, on: date | None = None) -> set[str]:
    day = on or timezone.localdate()
    refused = may_open_page(
        Action.VIEW_DELIVERY, load_actor(user), organization="river", on=day
    ).refusals
    return {reason.code for reason in refused}


def _river() -> Organization:
    return Organization.objects.get(slug="river")


def test_each_thing_that_is_missing_is_a_reason_of_its_own(steward: Any) -> None:
    assert _codes(steward) == set()
    SecurityPlan.objects.filter(organization=_river()).delete()
    assert _codes(steward) == {"T06"}
    Assessment.objects.filter(organization=_river()).delete()
    assert _codes(steward) == {"T05", "T06"}
    Completion.objects.filter(course="pdsa").delete()
    # The steward is now untrained, and so is all of the organization.
    assert _codes(steward) == {"T02", "T05", "T06", "T07"}
    Signature.objects.all().delete()
    Completion.objects.all().delete()
    assert _codes(steward) == {"T01", "T02", "T03", "T05", "T06", "T07"}


def test_training_that_ran_out_yesterday_no_longer_counts(steward: Any) -> None:
    today = timezone.localdate()
    Completion.objects.filter(course="ethics-and-ferpa").update(expires_on=today)
    assert _codes(steward) == set()
    assert _codes(steward, today + timedelta(days=1)) == {"T02", "T07"}


def test_a_colleague_who_was_there_from_the_start_counts_a_newcomer_not_yet(
    steward: Any, person: Callable[..., Any]
) -> None:
    today = timezone.localdate()
    late = person(Role.PROGRAM_STAFF, at="river", trained=False)
    role = Affiliation.objects.filter(user=late)
    role.update(starts=today - timedelta(days=30))
    assert _codes(steward) == set()
    assert "T02" in _codes(late)
    role.update(starts=today - timedelta(days=31))
    assert _codes(steward) == {"T07"}
    role.update(ends=today - timedelta(days=1))
    assert _codes(steward) == set()


def test_a_day_is_the_communitys_own(steward: Any) -> None:
    """An evening in New York is the next day in Greenwich; what counts from today counts then."""
    evening = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    river = _river()
    text = write_security_plan(river, date(2026, 11, 24))
    security_records.adopt_security_plan(organization=river, text=text, by=steward, at=evening)
    assert SecurityPlan.objects.latest("pk").adopted_on == date(2026, 11, 24)


def test_a_reviewer_holds_no_access_and_keeps_nobody_out(
    steward: Any, person: Callable[..., Any]
) -> None:
    person(Role.REVIEWER, at="river", trained=False)
    assert _codes(steward) == set()


def test_a_person_of_two_organizations_acts_for_the_one_that_is_cleared(
    steward: Any, manager: Any
) -> None:
    Affiliation.objects.create(
        user=steward,
        organization=Organization.objects.create(slug="club", name="Club", kind=PROGRAM.value),
        role=Role.STEWARD.value,
        starts=date(2020, 1, 1),
    )
    today = timezone.localdate()
    assert _codes(steward) == set()
    at_club = may_open_page(
        Action.VIEW_DELIVERY, load_actor(steward), organization="club", on=today
    )
    assert {r.code for r in at_club.refusals} == {"T05", "T06"}
    assert may_see_children(load_actor(steward), today).allowed


def test_a_bar_shuts_out_until_its_day_and_until_it_is_lifted(
    steward: Any, manager: Any, browser: Callable[..., Client]
) -> None:
    today, client = timezone.localdate(), browser(manager)
    until = today + timedelta(days=1800)
    form = {"until": until.isoformat(), "reason": "Letter of the agency, 3 May"}
    address = reverse("partners:bar", args=("river",))
    assert "Bar River from education records?" in client.get(address).content.decode()
    assert client.post(address, {"until": "soon"}).status_code == 422
    client.post(address, form)
    assert _codes(steward) == {"R29"}
    assert _codes(steward, until) == {"R29"}
    assert _codes(steward, until + timedelta(days=1)) == set()
    assert load_organization_fact(_river()).barred_until == until
    # What takes a child's data out of use stays possible.
    for action in (Action.RECORD_OPT_OUT, Action.WITHDRAW_DELIVERY):
        assert may_open_page(action, load_actor(steward), organization="river", on=today).allowed
    page = client.get(reverse("partners:security", args=("river",))).content.decode()
    assert "Letter of the agency" in page
    lift = reverse("partners:lift_bar", args=("river", Bar.objects.get().pk))
    assert client.get(lift).status_code == 200
    client.post(lift, {"because": "Appeal granted"})
    assert _codes(steward) == set()
    assert client.get(lift).status_code == 404
    assert AuditLine.objects.filter(event__startswith="partner.bar").count() == 2


def test_a_bar_from_one_owners_records_leaves_those_of_others_open(
    steward: Any, manager: Any, browser: Callable[..., Client]
) -> None:
    today, client = timezone.localdate(), browser(manager)
    until = today + timedelta(days=1800)
    form = {"owner": _river().pk, "until": until.isoformat(), "reason": "Letter, 3 May"}
    hub = Organization.objects.get(slug=load_actor(manager).affiliations[0].organization)
    client.post(reverse("partners:bar", args=(hub.slug,)), form)
    (security,) = load_actor(manager).security
    assert security.owner_bars == (OwnerBar("river", until),)
    assert load_organization_fact(hub).owner_bars == security.owner_bars
    assert security.barred_until is None
    assert may_see_children(load_actor(manager), today).allowed
    page = client.get(reverse("partners:security", args=(hub.slug,))).content.decode()
    assert "From the records of River" in page


def test_safeguards_are_confirmed_by_answers_and_by_evidence(
    manager: Any, browser: Callable[..., Client]
) -> None:
    slug = load_actor(manager).affiliations[0].organization
    (security,) = load_receiver_facts([slug])
    assert SecurityCondition.ENCRYPTED_STORAGE in security.safeguards
    assert SecurityCondition.OUTSIDE_TEST not in security.safeguards
    form = {
        "name": "Penetration test",
        "evidence": "Report of a testing company",
        "seen_on": timezone.localdate().isoformat(),
        "safeguard": "outside_test",
    }
    address = reverse("partners:control", args=(security.organization,))
    assert browser(manager).post(address, form).status_code == 302
    (security,) = load_receiver_facts([slug])
    assert SecurityCondition.OUTSIDE_TEST in security.safeguards
    answers = Assessment.objects.filter(organization__slug=security.organization)
    answers.update(answers={"encrypted": "partly"})
    (security,) = load_receiver_facts([slug])
    assert security.safeguards == {SecurityCondition.OUTSIDE_TEST}


def test_a_steward_lifts_no_bar_of_their_own(steward: Any) -> None:
    row = Bar.objects.create(
        organization=_river(),
        until=date(2099, 1, 1),
        reason="x",
        recorded_by=steward,
        recorded_at=timezone.localtime(),
    )
    with pytest.raises(Refused):
        security_records.lift_organization_bar(
            bar=row, because="x", by=steward, at=timezone.localtime()
        )


def test_the_self_assessment_is_scored_with_findings(
    steward: Any, browser: Callable[..., Client]
) -> None:
    Assessment.objects.filter(organization=_river()).delete()
    client, asked = browser(steward), load_questionnaires()["security"]
    address = reverse("partners:assess", args=("river", "security"))
    assert asked.items[0].ask in client.get(address).content.decode()
    given = {item.id: "yes" for item in asked.items} | {"backups": "partly", "logs": "no"}
    assert client.post(address, {"owner": "yes"}).status_code == 422
    assert client.post(address, given | {"note": "Looked at with R. Ames"}).status_code == 302
    row = Assessment.objects.get(organization=_river())
    assert (row.score, row.version) == (90, asked.version)
    assert [i.id for i in asked.findings(row.answers)] == ["backups", "logs"]
    page = client.get(reverse("partners:security", args=("river",))).content.decode()
    assert "Looked at with R. Ames" in page
    assert "2 items to improve" in page
    missing = reverse("partners:assess", args=("river", "nothing"))
    assert client.get(missing).status_code == 404


def test_a_program_answers_a_second_questionnaire(
    manager: Any, organization: Callable[..., Any]
) -> None:
    club = organization("club", kind=PROGRAM)
    assert [q.id for q in list_questionnaires_for(PROGRAM)] == ["security", "program-practice"]
    at = timezone.localtime()

    def assessed() -> bool:
        reasons = security_status.decide_organization_clearance(
            load_actor(manager), club, at.date()
        ).refusals
        return "T05" not in {reason.code for reason in reasons}

    for questionnaire in list_questionnaires_for(PROGRAM):
        assert not assessed()
        answers = {item.id: AnswerGrade.YES.value for item in questionnaire.items}
        security_records.record_assessment(
            organization=club,
            questionnaire=questionnaire,
            answers=answers,
            note="",
            by=manager,
            at=at,
        )
    assert assessed()


def test_answers_without_items_and_items_without_answers_are_named() -> None:
    with pytest.raises(
        IncompleteAnswers,
        match=r"Answer “owner” with yes, partly or no.*“ghost” is not a question of",
    ) as told:
        load_questionnaires()["security"].score({"ghost": "yes"})
    assert "“screening”" in str(told.value)


def test_the_plan_says_how_things_are_and_is_kept_as_it_was_read(
    steward: Any, browser: Callable[..., Client], settings: Any
) -> None:
    SecurityPlan.objects.filter(organization=_river()).delete()
    client, address = browser(steward), reverse("partners:plan", args=("river",))
    shown = client.get(address).content.decode()
    assert "People with a role that can see student records: 1." in shown
    assert "The server accepts connections from this computer only" in shown
    settings.SECURE_SSL_REDIRECT = True
    assert "over an encrypted connection (HTTPS)" in write_security_plan(
        _river(), timezone.localdate()
    )
    settings.SECURE_SSL_REDIRECT = False
    text = client.get(address, {"as": "text"})
    assert text.headers["Content-Disposition"].startswith("attachment")
    client.post(address)
    row = SecurityPlan.objects.get(organization=_river())
    assert row.text == text.content.decode()
    assert _codes(steward) == set()
    assert "adopted" in client.get(address).content.decode()


def test_a_plan_tells_what_is_left_to_do(steward: Any) -> None:
    today = timezone.localdate()
    Assessment.objects.filter(organization=_river()).delete()
    assert "not answered or expired" in write_security_plan(_river(), today)
    answers = {i.id: "yes" for i in load_questionnaires()["security"].items} | {"devices": "no"}
    security_records.record_assessment(
        organization=_river(),
        questionnaire=load_questionnaires()["security"],
        answers=answers,
        note="",
        by=steward,
        at=timezone.localtime(),
    )
    Completion.objects.all().delete()
    Bar.objects.create(
        organization=_river(),
        until=today,
        reason="x",
        recorded_by=steward,
        recorded_at=timezone.localtime(),
    )
    told = write_security_plan(_river(), today)
    assert "Turn on disk encryption" in told
    assert "No one has access until they finish" in told
    assert "is barred" in told


def test_a_provider_shows_protections_and_its_own_providers(
    steward: Any, browser: Callable[..., Client]
) -> None:
    client = browser(steward)
    control = {"name": "Encryption", "evidence": "Report of May", "seen_on": "2026-05-01"}
    client.post(reverse("partners:control", args=("river",)), control)
    client.post(
        reverse("partners:control", args=("river",)), control | {"evidence": "Report of June"}
    )
    other = {"name": "Big Cloud", "service": "hosting", "place": "Ohio"}
    client.post(reverse("partners:sub_processor", args=("river",)), other)
    page = client.get(reverse("partners:security", args=("river",))).content.decode()
    assert "Report of June" in page
    assert "Report of May" not in page
    assert "Ohio" in page
    bad = client.post(reverse("partners:sub_processor", args=("river",)), {"name": "x"})
    assert bad.status_code == 422


def test_the_workshop_is_recorded_on_a_page_by_somebody_else_after_the_modules(
    steward: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    staff = person(Role.PROGRAM_STAFF, at="river", trained=False)
    client, today = browser(steward), timezone.localdate()
    address = reverse("partners:attest", args=("river", staff.pk))
    form = {"course": "workshop", "took_place": today.isoformat(), "how": "led by Sol"}
    assert client.get(address).status_code == 200
    assert client.post(address, form).status_code == 403
    for one in list_required_modules():
        client.post(address, form | {"course": one.id, "how": "county course"})
    assert client.post(address, form).status_code == 302
    ahead = (today + timedelta(days=1)).isoformat()
    told = client.post(address, form | {"took_place": ahead})
    assert "training date is in the future" in told.content.decode()
    page = client.get(reverse("partners:clearance", args=("river",))).content.decode()
    assert "Confidentiality agreement" in page
    row = Completion.objects.get(user=staff, course="workshop")
    assert (row.attested_by, row.how) == (steward, "led by Sol")
    assert client.get(reverse("partners:attest", args=("river", 0))).status_code == 404


def test_nobody_attests_their_own_training_while_somebody_else_could(
    steward: Any, manager: Any, person: Callable[..., Any]
) -> None:
    def attest(who: Any, at: str) -> None:
        person_records.attest_training(
            person=who,
            organization=Organization.objects.get(slug=at),
            course=find_course("pdsa"),
            took_place=date(2026, 1, 15),
            how="elsewhere",
            by=who,
            at=timezone.localtime(),
        )

    with pytest.raises(Refused, match="own training"):
        attest(steward, "river")
    attest(manager, "backbone")
    person(Role.DATA_MANAGER)
    with pytest.raises(Refused, match="own training"):
        attest(manager, "backbone")


def test_many_actors_are_loaded_as_each_alone(
    steward: Any, person: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    """The same facts for everyone, with as many queries for many as for one."""
    others = [
        person(role, at=slug, kind=kind, trained=trained)
        for role in (Role.DATA_MANAGER, Role.ANALYST, Role.PUBLIC)
        for slug, kind in (("river", None), ("lake", PROGRAM), ("backbone", None))
        for trained in (True, False)
    ]
    Affiliation.objects.create(
        user=others[0],
        organization=Organization.objects.get(slug="lake"),
        role=Role.STEWARD,
        starts=date(2025, 1, 1),
    )
    others[1].is_active = False
    others[1].save()
    people = [steward, *others]
    with CaptureQueriesContext(connection) as queries:
        load_actors([steward])
    with django_assert_num_queries(len(queries)):
        actors = load_actors(people)
    assert actors == tuple(load_actor(user) for user in people)
    assert load_actors([]) == ()


def test_training_is_recorded_where_somebody_has_a_role(steward: Any, manager: Any) -> None:
    with pytest.raises(person_records.TrainingNotRecorded, match="has no role at"):
        person_records.attest_training(
            person=steward,
            organization=Organization.objects.get(slug="backbone"),
            course=find_workshop(),
            took_place=date(2026, 1, 15),
            how="x",
            by=manager,
            at=timezone.localtime(),
        )


def test_what_waits_and_what_is_due(steward: Any, manager: Any, person: Callable[..., Any]) -> None:
    today = timezone.localdate()
    assert partner_inbox.list_partner_tasks(load_actor(steward), today) == []
    until = today + timedelta(days=400)
    Completion.objects.filter(user=steward).update(expires_on=today + timedelta(days=90))
    Assessment.objects.filter(organization=_river()).update(expires_on=today + timedelta(days=60))
    due = partner_inbox.list_partner_deadlines(load_actor(manager), today, until)
    assert [(d.kind, (d.on - today).days) for d in due] == [("security", 60), ("training", 90)]
    newcomer = person(Role.STEWARD, at="river", trained=False)
    (own, theirs) = partner_inbox.list_partner_tasks(load_actor(newcomer), today)
    assert (own.count, own.url) == (3, reverse("training:mine"))
    assert theirs.url == reverse("partners:security", args=("river",))
    Affiliation.objects.filter(user=newcomer).update(ends=today - timedelta(days=1))
    (left,) = partner_inbox.list_partner_tasks(load_actor(manager), today)
    assert "within 24 hours" in left.title
    assert [
        d.kind for d in partner_inbox.list_partner_deadlines(load_actor(manager), today, today)
    ] == ["notice"]


def test_where_an_organization_lies_and_what_is_not_known(
    steward: Any, manager: Any, browser: Callable[..., Client]
) -> None:
    client, address = browser(manager), reverse("partners:describe", args=("river",))
    assert client.post(address, {"state": "Maryland"}).status_code == 422
    client.post(address, {"state": "md", "education_program": "yes", "covered_entity": "no"})
    fact = load_organization_fact(_river())
    assert (fact.state, fact.education_program, fact.ferpa, fact.hipaa) == ("MD", True, None, False)
    assert "unknown" in client.get(reverse("partners:security", args=("river",))).content.decode()
    assert AuditLine.objects.filter(event="partner.described").count() == 1
