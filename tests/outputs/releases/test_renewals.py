"""A release that renews itself: drafted once a term, by a person's right, and never published."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.outputs.releases.community import AT, READERS, Community, share_program

from cairn.data.identity.models.linkage_runs import LinkedPart
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.api import load_actor
from cairn.governance.partners.models import Affiliation, Organization
from cairn.interfaces.web.tasks import email_new_tasks
from cairn.outputs.releases.actions import drafts, next_release, review_and_publication
from cairn.outputs.releases.actions import renewals as actions
from cairn.outputs.releases.models import Release, ReleaseRenewal
from cairn.outputs.releases.queries import renewals as queries
from cairn.outputs.releases.tasks import RENEWAL_JOB, check_release, draft_due_releases
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine, Work
from cairn.platform.notifications.models import MailMessage
from cairn.platform.schedule.api import JobFindingError, find_scheduled_job
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.deliveries import Channel, DeliveryState
from cairn.policy.vocabulary.releases import ReleaseState, RenewalCadence
from cairn.sdc.options import ReleaseMethod

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

JULY = datetime(2026, 7, 2, 12, 30, tzinfo=UTC)
"""The spring term, and the school year, ended two days ago."""
DAY = timedelta(days=1)
TERM, YEAR = RenewalCadence.TERM.value, RenewalCadence.SCHOOL_YEAR.value


@pytest.fixture
def partner(community: Community, person: Callable[..., User], settings: Any) -> Organization:
    # The worker checks drafts, after the job has ended.
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    share_program(community, person)
    return Organization.objects.get(slug="readers")


def publish_first(
    community: Community,
    partner: Organization,
    renew: str = TERM,
    cohort_on: date | None = None,
) -> Release:
    draft = community.draft(
        title="How the Readers do", tables=[[READERS]], method=ReleaseMethod.BANDS.value,
        audience=partner, audience_minimum=12, renew=renew, by=community.manager,
        cohort_on=cohort_on,
    )  # fmt: skip
    return community.carried(draft)


def receive(community: Community, at: datetime, record: str = "attendance_total") -> None:
    """Newer data of Oak, matched: the part of the newest run is of a new submission."""
    delivery = Delivery.objects.create(
        pk=100 + Delivery.objects.count(),  # the community's parts name submissions 0 to 99
        organization=Organization.objects.get(slug="oak"), agreement_reference="DSA-oak",
        agreement_version=1, feed=record, period=f"{at}", record=record,
        channel=Channel.UPLOAD.value, file_name="a.csv", size=1, content_digest=f"{at}{record}",
        fingerprint="0" * 64, state=DeliveryState.CONFORMED.value, landed=f"landed/{at}{record}",
        conformed=f"conformed/{at}{record}",
        rows_kept=10, decision={}, decision_id="x", received_by=community.manager, received_at=at,
    )  # fmt: skip
    parts = LinkedPart.objects.filter(organization="oak", record=record)
    parts.update(delivery=delivery.pk)


def list_drafted(first: Release) -> list[Release]:
    return list(Release.objects.filter(renewal=first.renewal).exclude(pk=first.pk).order_by("pk"))


def test_the_next_release_is_drafted_once_and_checked(
    community: Community, partner: Organization
) -> None:
    first = publish_first(community, partner)
    receive(community, JULY - DAY)
    assert find_scheduled_job("releases.renew") is RENEWAL_JOB
    assert draft_due_releases(JULY).startswith("Releases drafted: 1.")
    for later in (JULY, JULY + DAY):
        assert draft_due_releases(later).startswith("Releases drafted: 0.")
    (draft,) = list_drafted(first)
    assert draft.title == "How the Readers do, spring term 2025-26"
    assert (draft.renewed_term, draft.missed_terms) == ("2025-26 S2", [])
    same = ("outcomes", "tables", "method", "statistic", "audience", "audience_minimum",
            "organization", "merged", "pilot", "purpose")  # fmt: skip
    assert [getattr(draft, name) for name in same] == [getattr(first, name) for name in same]
    assert (draft.years, draft.story, draft.framing) == (["2025-26"], "", {})
    assert (draft.state, draft.author) == (ReleaseState.DRAFT, community.manager)
    work = Work.objects.get(kind="check", subject=f"release:{draft.pk}")
    assert work.by_id == str(community.manager.pk)
    check_release.func(draft.pk, community.manager.pk)
    draft.refresh_from_db()
    assert draft.state == ReleaseState.CHECKED
    assert draft.attacked == [first.pk]
    assert {tuple(part["insiders"]) for part in draft.certificate} == {("readers",)}
    # Without a story it cannot go to review, so that a person writes one about these figures.
    with pytest.raises(Refused):
        review_and_publication.submit_release(release=draft, by=community.manager, at=AT)
    assert not Release.objects.filter(state=ReleaseState.PUBLISHED).exclude(pk=first.pk).exists()
    (line,) = AuditLine.objects.filter(event="release.renewed")
    assert line.detail == {"term": "2025-26 S2", "missed": 0}


def test_the_next_release_counts_the_same_fixed_cohort(
    community: Community, partner: Organization
) -> None:
    day = AT.date() - 30 * DAY
    first = publish_first(community, partner, cohort_on=day)
    receive(community, JULY - DAY)
    draft_due_releases(JULY)
    (draft,) = list_drafted(first)
    assert draft.tables == first.tables == [[f"program@{day}:Riverside Readers"]]


def test_nothing_is_drafted_before_the_term_ends_or_newer_data_arrive(
    community: Community, partner: Organization
) -> None:
    first = publish_first(community, partner)
    receive(community, JULY - 3 * DAY)
    receive(community, JULY, record="student")
    june = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    for at in (AT, june, JULY):
        assert draft_due_releases(at).startswith("Releases drafted: 0.")
    assert not list_drafted(first)
    receive(community, JULY)
    assert draft_due_releases(JULY).startswith("Releases drafted: 1.")


def test_terms_that_were_missed_are_named_and_the_newest_is_drafted(
    community: Community, partner: Organization
) -> None:
    first = publish_first(community, partner)
    later = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
    receive(community, later)
    assert draft_due_releases(later).startswith("Releases drafted: 1.")
    (draft,) = list_drafted(first)
    assert (draft.renewed_term, draft.missed_terms) == ("2026-27 S1", ["2025-26 S2"])
    assert draft.years == ["2026-27"]


def test_no_other_is_drafted_while_one_is_open_and_a_withdrawn_draft_uses_up_its_term(
    community: Community, partner: Organization
) -> None:
    first = publish_first(community, partner)
    receive(community, JULY)
    draft_due_releases(JULY)
    january = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
    receive(community, january)
    assert draft_due_releases(january).startswith("Releases drafted: 0.")
    (draft,) = list_drafted(first)
    review_and_publication.withdraw_release(
        release=draft, reason="Wrong file.", by=community.manager, at=JULY
    )
    assert ReleaseRenewal.objects.get().is_running
    assert draft_due_releases(JULY + DAY).startswith("Releases drafted: 0.")
    assert draft_due_releases(january).startswith("Releases drafted: 1.")
    assert [row.renewed_term for row in list_drafted(first)] == ["2025-26 S2", "2026-27 S1"]


def test_a_term_has_one_draft_in_the_database(
    community: Community, partner: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish_first(community, partner)
    receive(community, JULY)
    draft_due_releases(JULY)
    with pytest.raises(IntegrityError), transaction.atomic():
        next_release.draft_next_release(
            release=first, term="2025-26 S2", missed=[], by=community.manager, at=JULY
        )
    # A worker that read before the other had written finds it so late.
    load = queries.load_renewal_state

    def load_before(renewal: ReleaseRenewal, on: Any) -> queries.RenewalState:
        state = load(renewal, on)
        return queries.RenewalState(renewal, (first,), AT.date(), state.on)

    monkeypatch.setattr(queries, "load_renewal_state", load_before)
    assert draft_due_releases(JULY).startswith("Releases drafted: 0.")
    assert len(list_drafted(first)) == 1


def test_who_left_drafts_nothing_and_the_data_manager_is_asked_once(
    community: Community, partner: Organization, browser: Callable[..., Client], person: Any,
    settings: Any,
) -> None:  # fmt: skip
    settings.EMAIL_HOST = "mail.example"
    first = publish_first(community, partner)
    other = person(email="other-manager@example.org")
    receive(community, JULY)
    Affiliation.objects.filter(user=community.manager).update(ends=JULY.date() - DAY)
    for at in (JULY, JULY + DAY):
        assert draft_due_releases(at).startswith("Releases drafted: 0.")
    assert not list_drafted(first)
    assert AuditLine.objects.filter(event="release.renewal_refused").count() == 1
    renewal = ReleaseRenewal.objects.get()
    assert renewal.refused_term == "2025-26 S2"
    assert "release that cannot renew itself" in browser(other).get(reverse("web:home")).text
    for _night in range(2):
        email_new_tasks(JULY)
    assert MailMessage.objects.filter(user=other).count() == 1
    page = browser(other).get(reverse("releases:detail", args=[first.pk])).text
    assert "No draft for the spring term 2025-26" in page
    # Somebody who may draft it takes the renewal over.
    actions.set_release_renewal(release=first, cadence=TERM, by=other, at=JULY)
    assert draft_due_releases(JULY + DAY).startswith("Releases drafted: 1.")
    (draft,) = list_drafted(first)
    assert draft.author == other
    assert ReleaseRenewal.objects.get().refused_term == ""


def test_it_ends_with_the_agreement_of_its_partner(
    community: Community, partner: Organization
) -> None:
    first = publish_first(community, partner)
    receive(community, JULY)
    Agreement.objects.filter(reference="DSA-readers").update(terminated_on=JULY.date() - DAY)
    assert draft_due_releases(JULY).startswith("Releases drafted: 0.")
    renewal = ReleaseRenewal.objects.get()
    assert renewal.ended_at == JULY
    assert "No agreement is in force with Readers." in renewal.ended_why
    assert AuditLine.objects.filter(event="release.renewal_stopped").count() == 1
    assert draft_due_releases(JULY).endswith("Releases that renew themselves: 0.")
    assert not list_drafted(first)


def test_a_public_series_goes_on_while_an_owner_has_an_agreement(
    community: Community, partner: Organization
) -> None:
    first = community.carried(community.draft(tables=[["district"]], renew=YEAR))
    Agreement.objects.filter(reference="DSA-elm").update(terminated_on=JULY.date() - DAY)
    receive(community, JULY)
    draft_due_releases(JULY)
    # The refusal says which agreement the data need; the renewal waits for it.
    renewal = ReleaseRenewal.objects.get()
    assert (renewal.is_running, renewal.refused_term) == (True, "2025-26")
    assert "DSA-elm" in renewal.refused_why
    assert not list_drafted(first)
    Agreement.objects.filter(reference="DSA-elm").update(terminated_on=None)
    draft_due_releases(JULY + DAY)
    (draft,) = list_drafted(first)
    assert (draft.title, draft.audience) == ("Chronic absence, school year 2025-26", None)
    Agreement.objects.update(terminated_on=JULY.date() - DAY)
    draft_due_releases(JULY + DAY)
    assert not ReleaseRenewal.objects.get().is_running


def test_it_ends_when_a_published_release_of_the_series_is_withdrawn(
    community: Community, partner: Organization
) -> None:
    first = publish_first(community, partner)
    receive(community, JULY)
    review_and_publication.withdraw_release(
        release=first, reason="A child could be recognized.", by=community.manager, at=JULY
    )
    renewal = ReleaseRenewal.objects.get()
    assert (renewal.ended_at, renewal.ended_by) == (JULY, None)
    assert renewal.ended_why.startswith("A release of this series was withdrawn. Find out why")
    assert draft_due_releases(JULY).endswith("Releases that renew themselves: 0.")
    # What was withdrawn without this, such as by an older version, ends it in the night.
    ReleaseRenewal.objects.update(ended_at=None, ended_why="")
    draft_due_releases(JULY)
    assert "A release of this series was withdrawn." in ReleaseRenewal.objects.get().ended_why


def test_it_ends_when_its_only_draft_is_withdrawn(
    community: Community, partner: Organization
) -> None:
    draft = community.draft(tables=[["district"]], renew=TERM)
    assert draft_due_releases(JULY).startswith("Releases drafted: 0.")
    review_and_publication.withdraw_release(
        release=draft, reason="Not needed.", by=community.manager, at=AT
    )
    assert not ReleaseRenewal.objects.get().is_running
    other = community.draft(tables=[["district"]], title="Without one")
    review_and_publication.withdraw_release(
        release=other, reason="Not needed.", by=community.manager, at=AT
    )
    with pytest.raises(Refused):
        actions.set_release_renewal(release=other, cadence=TERM, by=community.manager, at=AT)


def test_a_correction_stays_in_the_series(community: Community, partner: Organization) -> None:
    first = publish_first(community, partner)
    receive(community, JULY)
    correction = drafts.begin_release_correction(
        release=first, what_changed="A file was late.", by=community.manager, at=AT
    )
    assert correction.renewal == first.renewal
    assert draft_due_releases(JULY).startswith("Releases drafted: 0.")
    review_and_publication.withdraw_release(
        release=correction, reason="Not needed.", by=community.manager, at=AT
    )
    draft_due_releases(JULY)
    (_correction, draft) = list_drafted(first)
    again = drafts.begin_release_correction(
        release=first, what_changed="A file was late.", by=community.manager, at=AT
    )
    assert (again.renewed_term, draft.renewed_term) == ("", "2025-26 S2")


def test_an_error_is_named_and_stops_no_other(
    community: Community, partner: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish_first(community, partner)
    receive(community, JULY)
    broken = community.draft(tables=[["district"]], renew=TERM)
    load = queries.load_renewal_state

    def fail_for_broken(renewal: ReleaseRenewal, on: Any) -> queries.RenewalState:
        if renewal == broken.renewal:
            raise KeyError("a name")
        return load(renewal, on)

    monkeypatch.setattr(queries, "load_renewal_state", fail_for_broken)
    with pytest.raises(JobFindingError, match=r"Renewals that failed: \d+ \(KeyError\)\."):
        draft_due_releases(JULY)
    assert len(list_drafted(first)) == 1


def test_the_draft_is_one_task_of_the_data_manager(
    community: Community, partner: Organization, browser: Callable[..., Client], settings: Any,
    person: Any,
) -> None:  # fmt: skip
    settings.EMAIL_HOST = "mail.example"
    first = publish_first(community, partner)
    receive(community, JULY)
    draft_due_releases(JULY)
    (draft,) = list_drafted(first)
    home = browser(community.manager).get(reverse("web:home")).text
    assert "draft of a release that renews itself" in home
    assert "The figures for Readers for the spring term 2025-26 are drafted: review them." in home
    assert "of yours that needs a disclosure check" not in home
    assert reverse("releases:detail", args=[draft.pk]) in home
    other = person(email="other-manager@example.org")
    email_new_tasks(JULY)
    assert MailMessage.objects.filter(user=other).count() == 1
    (task,) = queries.list_renewal_tasks(load_actor(other), JULY.date())
    assert task.keys == (f"release.renewed:{draft.pk}",)
    assert task.mail_detail == task.detail
    for reader in (community.reviewers[0], community.stewards["readers"]):
        assert "renews itself" not in browser(reader).get(reverse("web:home")).text
    second = community.carried(community.draft(tables=[["district"]], renew=YEAR))
    receive(community, JULY + DAY)
    draft_due_releases(JULY + DAY)
    assert len(list_drafted(second)) == 1
    home = browser(community.manager).get(reverse("web:home")).text
    assert "drafts of releases that renew themselves" in home
    assert "The figures for the public for the school year 2025-26" in home


def test_pages_set_change_show_and_end_it(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    manager = browser(community.manager)
    first = publish_first(community, partner, renew="")
    page, change, end = (
        reverse(f"releases:{name}", args=[first.pk])
        for name in ("detail", "renewal", "end_renewal")
    )
    assert "This release does not renew itself." in manager.get(page).text
    assert manager.get(change).status_code == 200
    assert manager.post(change, {"cadence": "weekly"}).status_code == 422
    assert manager.post(change, {"cadence": TERM}).url == page
    by_term = manager.get(page).text
    assert f"Renewed each term by {community.manager.name}; next after June 30, 2026." in by_term
    assert "Renewed each term" in manager.get(reverse("releases:list")).text
    manager.post(change, {"cadence": YEAR})
    assert "Renewed each school year by" in manager.get(page).text
    assert "Renewed each year" in manager.get(reverse("releases:list")).text
    # Releases for one partner are read by owners of their data, who may not change the renewal.
    steward = browser(community.stewards["oak"])
    assert "Renewed each school year by" in steward.get(page).text
    for address in (change, end):
        assert address not in steward.get(page).text
        assert steward.get(address).status_code == steward.post(address).status_code == 403
    receive(community, JULY)
    draft_due_releases(JULY)
    first.refresh_from_db()
    (draft,) = list_drafted(first)
    text = manager.get(page).text
    assert f"{draft.title}</a> is still open" in text
    assert "Other releases of this series" in text
    own = manager.get(reverse("releases:detail", args=[draft.pk])).text
    assert "This release is still open. The next one is drafted after it is published." in own
    withdraw = manager.get(reverse("releases:withdraw", args=[first.pk])).text
    assert "The release will no longer renew itself." in withdraw
    asked = manager.get(end).text
    assert "End the renewal of" in asked
    assert ReleaseRenewal.objects.get().is_running
    manager.post(end)
    assert not ReleaseRenewal.objects.get().is_running
    ended = manager.get(page).text
    assert f"{community.manager.name} ended the renewal on" in ended
    assert manager.post(end).url == page
    assert draft_due_releases(JULY).endswith("Releases that renew themselves: 0.")
    assert "Renewed each year" not in manager.get(reverse("releases:list")).text
    manager.post(change, {"cadence": YEAR})
    assert ReleaseRenewal.objects.get().is_running


def test_pages_say_what_is_missed_waited_for_and_why_it_ended(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    manager = browser(community.manager)
    first = publish_first(community, partner)
    Release.objects.filter(pk=first.pk).update(as_of="2025-06-01")
    page = reverse("releases:detail", args=[first.pk])
    text = manager.get(page).text
    assert "spring term 2024-25, fall term 2025-26" in text
    assert "Cairn drafts the release in the night after newer data were matched." in text
    receive(community, JULY)
    draft_due_releases(JULY)
    (draft,) = list_drafted(first)
    own = manager.get(reverse("releases:detail", args=[draft.pk])).text
    assert "Ended without a release of their own: spring term 2024-25, fall term 2025-26." in own
    review_and_publication.withdraw_release(
        release=first, reason="Wrong.", by=community.manager, at=JULY
    )
    assert "A release of this series was withdrawn." in manager.get(page).text


def test_the_form_of_a_draft_offers_it(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    author = browser(community.author)
    data = {
        "title": "How the Readers do", "story": "A hard winter.", "outcomes": ["chronic_absence"],
        "method": "bands", "statistic": "mean", "tables": [READERS], "renew": TERM,
        "organization": community.hub.pk, "audience": partner.pk, "audience_minimum": 10,
    }  # fmt: skip
    author.post(reverse("releases:new"), data)
    release = Release.objects.get()
    assert release.renewal is not None
    assert (release.renewal.cadence, release.renewal.asked_by) == (TERM, community.author)
    # A half year that a renewal named stays when the tables are edited.
    Release.objects.update(years=["2025-26", "2025-26 S2"])
    page = author.get(reverse("releases:redraft", args=[release.pk])).text
    assert 'value="2025-26 S2"' in page
