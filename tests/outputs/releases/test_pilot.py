"""A whole pilot by the real actions and pages, from its question to its destruction, and the real
project made from it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.confirmed_uploads import confirm_upload
from tests.outputs.releases.community import agreement as text_of
from tests.school_statements import say

from cairn.data.identity.actions import linkage, pilot_linkage
from cairn.data.identity.models.person_index import Person, Record, Statement
from cairn.data.identity.queries import linkage_runs
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.agreements.draft_text import convert_to_pilot_text
from cairn.governance.disclosure_log.models import DisclosedChild
from cairn.governance.partners.models import Organization
from cairn.governance.projects.actions import pilots
from cairn.governance.projects.models import project
from cairn.governance.retention import actions as retention
from cairn.governance.retention import queries as duties
from cairn.outputs.releases.actions import (
    disclosure_check,
    drafts,
    owner_answers,
    review_and_publication,
)
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.policy.vocabulary.projects import Decider
from cairn.policy.vocabulary.releases import OwnerAnswer, ReviewVerdict

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
Browser = Callable[..., Client]
MARK = "Pilot with synthetic data."
_NAMES = '["local_id", "given_name", "family_name", "birth_date", "race_ethnicity", "gender"]'
_SIGNED = 'signed_by = "A"\nsigned_capacity = "B"\nsigned_on = 2025-01-02\n'


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    from tests.governance.projects.sample_projects import World

    return World(
        manager=person(Role.DATA_MANAGER),
        analyst=person(Role.ANALYST),
        steward=person(Role.STEWARD, at="river"),
        members=[person(Role.COMMITTEE_MEMBER) for _ in range(3)],
        river=organization("river"),
        hub=organization("backbone"),
        at=timezone.localtime(),
    )


def _agreed(world: Any) -> tuple[str, str]:
    """River's agreement about real children, and the pilot of it that the same parties signed."""
    text = text_of("river").replace("['local_id', 'race_ethnicity', 'gender']", _NAMES)
    text = text.replace('["public_reporting"]', '["public_reporting", "program_evaluation"]')
    signature_and_record.load_agreement(text=text, by=world.manager, at=world.at)
    pilot = convert_to_pilot_text(
        text, reference="DSA-PILOT", title="Pilot", pilot_goal="The whole way, once.", under=()
    )
    signed = pilot.replace('role = "', f'{_SIGNED}role = "')
    signature_and_record.load_agreement(text=signed, by=world.manager, at=world.at)
    say("river", by=world.manager, at=world.at)
    return "DSA-river", "DSA-PILOT"


def _page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def _send(client: Client, under: str, record: str, content: bytes, synthetic: str) -> Delivery:
    response = client.post(
        reverse("intake:upload"),
        {
            "organization": "river",
            "agreement": under,
            "feed": record.replace("_", "-"),
            "period": "2025-26",
            "record": record,
            "synthetic": synthetic,
            "file": SimpleUploadedFile(f"{record}.csv", content, "text/csv"),
        },
    )
    assert confirm_upload(client, response).status_code == 302, response.content.decode()
    return Delivery.objects.latest("pk")


def _authorized(world: Any, pilot: str) -> project.Version:
    """A project that is a pilot, through the whole of Cairn's flow."""
    version = world.propose(pilot=True)
    world.write(version)
    version.agreements = [pilot]
    version.save(update_fields=["agreements"])
    world.review(version)
    world.say(version, Decider.PROVIDERS)
    world.vote(version)
    from cairn.policy.facts.projects.committee import BodyKind

    world.vote(version, kind=BodyKind.EXECUTIVE)
    world.authorize(version)
    return version


def _released(world: Any, person: Callable[..., Any]) -> Release:
    """A release of the pilot's figures, up to and with its publication."""
    at: dict[str, Any] = {"at": world.at}
    release = drafts.draft_release(
        title="Absence, tried",
        outcomes=["chronic_absence"],
        tables=[["race_ethnicity", "gender"]],
        years=[],
        organization=world.hub,
        story="Nothing happened: they are invented.",
        framing={"P25": "They are invented."},
        pilot=True,
        by=world.analyst,
        **at,
    )
    from tests.outputs.releases.community import Silent

    disclosure_check.check_release_disclosure(
        release=release, by=world.analyst, progress=Silent(), **at
    )
    review_and_publication.submit_release(release=release, by=world.analyst, **at)
    for _ in range(2):
        reviewer = person(Role.REVIEWER)
        review_and_publication.review_release(
            release=release, verdict=ReviewVerdict.APPROVE, comment="", by=reviewer, **at
        )
    [sent] = owner_answers.send_release_to_owners(release=release, by=world.manager, **at)
    owner_answers.answer_send_back(
        send_back=sent, answer=OwnerAnswer.CONFIRM, comment="", by=world.steward, **at
    )
    release.refresh_from_db()
    review_and_publication.publish_release(release=release, by=world.manager, **at)
    return release


def test_a_pilot_from_its_question_to_its_destruction(
    world: Any, person: Callable[..., Any], browser: Browser
) -> None:
    real, pilot = _agreed(world)
    manager, analyst = browser(world.manager), browser(world.analyst)

    version = _authorized(world, pilot)
    here = [version.project.reference, version.number]
    assert MARK in _page(analyst, reverse("projects:detail", args=here))
    assert MARK in _page(analyst, reverse("projects:request", args=here))

    _delivered(manager, real, pilot)
    _linked_apart(world, manager, real, pilot)
    _hidden_from_the_public(world, person, analyst, pilot)
    _destroyed(world, pilot)
    assert {row.state for row in Delivery.objects.filter(agreement_reference=pilot)} <= {
        DeliveryState.DESTROYED.value,
        DeliveryState.REFUSED.value,
    }
    assert {part.file_year for part in linkage_runs.list_linked_files()} == {"2025-26"}
    assert not linkage_runs.list_linked_files(pilot=True)
    assert Record.objects.exists()

    made = _made_real(version, analyst)
    assert not made.pilot
    assert made.agreements == []
    assert made.state == "idea"
    assert not made.words.exists()
    assert made.questions.count() == 2
    page = _page(analyst, reverse("projects:detail", args=[made.project.reference, 1]))
    assert MARK not in page
    assert "Ask for the file by its name" in page


def _delivered(manager: Client, real: str, pilot: str) -> None:
    """Files in the agreement's shape, from the agreement's own page, sent to both worlds."""
    page = _page(manager, reverse("agreements:detail", args=[pilot]))
    assert MARK in page
    files = {}
    for record in ("student", "enrollment", "attendance_total"):
        address = reverse("agreements:synthetic", args=[pilot, record])
        assert address in page
        files[record] = manager.get(address).content
    assert files["student"].startswith(b"local_id,given_name,family_name,birth_date,")

    # The two worlds refuse each other's deliveries, with the reason on record.
    for under, said in ((real, "made with Cairn"), (pilot, "")):
        refused = _send(manager, under, "student", files["student"], said)
        assert refused.state == DeliveryState.REFUSED
        assert ("PL1" if under == pilot else "PL2") in str(refused.decision)
    for record, content in files.items():
        row = _send(manager, pilot, record, content, "made with Cairn's own page")
        assert row.state == DeliveryState.CONFORMED, row.decision
        assert row.rows_kept == 200
        assert MARK in _page(manager, reverse("intake:delivery", args=[row.pk]))
        # The very same bytes, as if they were real children: they link apart all the same.
        assert _send(manager, real, record, content, "").state == DeliveryState.CONFORMED


def _linked_apart(world: Any, manager: Client, real: str, pilot: str) -> None:
    """Each world is linked by itself; the person index never sees the invented one."""
    of_pilots = pilot_linkage.link_pilot_deliveries(by=world.manager, at=world.at)
    assert not Person.objects.exists()
    assert not Record.objects.exists()
    assert not Statement.objects.exists()
    assert of_pilots.records == 200
    assert of_pilots.rows_unlinked == 0
    assert pilot_linkage.link_pilot_deliveries(by=world.manager, at=world.at).pk == of_pilots.pk
    run = linkage.link_current_deliveries(by=world.manager, at=world.at)
    assert run.agreements == [real]
    assert of_pilots.agreements == [pilot]
    assert _people(linkage_runs.list_linked_files()).isdisjoint(
        _people(linkage_runs.list_linked_files(pilot=True))
    )
    assert "synthetic people" in _page(manager, reverse("linkage:summary"))
    # Nobody's record of disclosures tells of a delivery about nobody.
    told = DisclosedChild.objects.select_related("record")
    assert told
    assert not any(pilot in one.record.agreements for one in told)


def _hidden_from_the_public(
    world: Any, person: Callable[..., Any], analyst: Client, pilot: str
) -> None:
    """The release goes its whole way, and the public sees nothing of it."""
    anybody = Client()
    release = _released(world, person)
    assert release.agreements == [pilot]
    assert release.state == "published"
    assert MARK in _page(analyst, reverse("releases:detail", args=[release.pk]))
    outcome = reverse("dashboards:outcome", args=["chronic_absence"])
    assert anybody.get(outcome).status_code == 404
    assert "Absence, tried" not in _page(anybody, reverse("dashboards:index"))
    public = _page(anybody, reverse("registers:agreement", args=[pilot]))
    assert MARK in public
    assert "Absence, tried" not in public


def _people(parts: list[linkage_runs.LinkedFile]) -> set[str]:
    from cairn.platform.storage.api import open_file_store

    store = open_file_store()
    return {
        person
        for part in parts
        if part.record == "student"
        for person in store.read(part.ref).column("person_id").to_pylist()
    }


def _destroyed(world: Any, pilot: str) -> None:
    """The owner demands that what came under the pilot goes; it goes, with a certificate."""
    from tests.outputs.releases.community import Silent

    retention.demand_destruction(
        agreement=pilot,
        owner=world.river,
        due=world.at.date(),
        why="The pilot is over.",
        by=world.steward,
        at=world.at,
    )
    [duty] = [d for d in duties.compute_duties(world.at.date()) if d.agreement == pilot]
    run = retention.begin_destruction(duty=duty, by=world.manager, at=world.at)
    assert retention.destroy_run_holdings(
        run=run, by=world.manager, at=world.at, progress=Silent()
    ).number


def _made_real(version: project.Version, analyst: Client) -> project.Version:
    """Something was learned, it was settled, and the real project is made in one step."""
    here = [version.project.reference, version.number]
    taught = {"kind": "change", "text": "Ask for the file by its name"}
    assert analyst.post(reverse("projects:lesson", args=here), {"kind": "x"}).status_code == 422
    assert analyst.post(reverse("projects:lesson", args=here), taught).status_code == 302
    lesson = project.Lesson.objects.get()
    address = reverse("projects:settle_lesson", args=[*here, lesson.pk])
    analyst.post(address, {"how": "The request names it now."})
    lesson.refresh_from_db()
    assert lesson.settled_on
    assert "must approve the project" in _page(analyst, reverse("projects:make_real", args=here))
    analyst.post(reverse("projects:make_real", args=here))
    return project.Version.objects.get(project__follows=version.project)


def test_a_real_project_is_no_pilot(world: Any) -> None:
    version = world.propose()
    with pytest.raises(Refused, match="pilot"):
        pilots.create_project_from_pilot(project=version.project, by=world.analyst, at=world.at)
    with pytest.raises(Refused):
        pilots.record_lesson(
            project=version.project, kind="finding", text="X", by=world.analyst, at=world.at
        )


def test_an_agreement_never_changes_its_world(world: Any) -> None:
    _agreed(world)
    text = text_of("river").replace("['local_id', 'race_ethnicity', 'gender']", _NAMES)
    turned = text.replace('title = "', 'pilot = "All at once."\ntitle = "', 1)
    with pytest.raises(Refused, match="pilot"):
        signature_and_record.load_agreement(
            text=turned, by=world.manager, at=world.at + timedelta(hours=1)
        )
    assert (
        "pilot"
        not in Organization.objects.get(slug="river").agreements.get(reference="DSA-river").text
    )


def test_the_agreement_of_a_pilot_is_begun_from_the_real_one(world: Any, browser: Browser) -> None:
    _agreed(world)
    steward: User = world.steward
    client = browser(steward)
    address = reverse("agreements:pilot", args=["DSA-river"])
    assert address in _page(client, reverse("agreements:detail", args=["DSA-river"]))
    begun = client.post(address, {"organization": "river"})
    page = _page(client, begun["Location"])
    assert MARK in page
    assert "DSA-river-PILOT" in page
