"""An indicator from its first line to a public figure, and what is refused on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.known_states import once_for_each_state
from tests.outputs.releases.community import AT, READERS, Community, Silent, share_program

from cairn.governance.partners.api import load_actor
from cairn.outputs.indicators import actions, facts, queries, tasks
from cairn.outputs.indicators.models import IndicatorVersion
from cairn.outputs.releases import catalogue as catalogue_module
from cairn.outputs.releases.actions import drafts, state
from cairn.outputs.releases.api import load_indicator_catalogue
from cairn.outputs.releases.forms import NewReleaseForm
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine, Work
from cairn.platform.tasks.api import StoppedError
from cairn.policy.checks.outputs.release_content import find_uncompared_releases
from cairn.policy.engine.decision import Refused
from cairn.policy.law.cards.outputs import indicator as cards
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.measures import (
    IndicatorDefinition,
    load_outcome_catalogue,
    parse_indicator,
)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

MANY_DAYS = """\
id = "fifteen_days"
direction = "lower"
period = "school_year"
breakdowns = ["district", "school", "race_ethnicity", "gender", "zip", "program"]
title = { en = "Fifteen days missed", es = "Quince días perdidos" }
why = { en = "Days add up.", es = "Los días suman." }

[denominator]
record = "school_attendance_year"
dated_by = "school_year"
text = { en = "Students on record.", es = "Estudiantes registrados." }

[numerator]
where = "days_absent >= 15"
heading = { en = "Missed 15 days", es = "Perdieron 15 días" }
text = { en = "Students who missed 15 days.", es = "Estudiantes que perdieron 15 días." }
"""
DEFINITION = parse_indicator(MANY_DAYS)


@pytest.fixture
def member(person: Callable[..., User]) -> User:
    return person(Role.COMMITTEE_MEMBER, at="oak")


@once_for_each_state
def draft(community: Community, text: str = MANY_DAYS) -> IndicatorVersion:
    return actions.draft_indicator_version(
        definition=parse_indicator(text), organization=community.hub, by=community.author, at=AT
    )


@once_for_each_state
def preview(version: IndicatorVersion, by: User) -> IndicatorVersion:
    actions.preview_indicator_version(version=version, by=by, at=AT, progress=Silent())
    return IndicatorVersion.objects.get(pk=version.pk)


@once_for_each_state
def approve(version: IndicatorVersion, by: User) -> IndicatorVersion:
    written = queries.describe_writing(version)
    actions.approve_indicator_version(version=version, written=written, by=by, at=AT)
    return IndicatorVersion.objects.get(pk=version.pk)


def change(
    version: IndicatorVersion,
    definition: IndicatorDefinition,
    *,
    by: User,
    at: datetime = AT + timedelta(minutes=1),
) -> None:
    written = queries.describe_writing(version)
    actions.change_indicator_version(
        version=version, definition=definition, written=written, by=by, at=at
    )


def discard(version: IndicatorVersion, *, by: User) -> None:
    written = queries.describe_writing(version)
    actions.discard_indicator_version(version=version, written=written, by=by, at=AT)


def refusal(run: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        run()
    return [reason.code for reason in refused.value.decision.refusals]


def test_from_a_draft_to_a_public_figure_by_program_and_zip_code(
    community: Community, member: User, person: Callable[..., User]
) -> None:
    version = draft(community)
    assert refusal(lambda: approve(version, member)) == [cards.PREVIEWED.id]
    version = preview(version, community.author)
    assert version.agreements
    shown = queries.load_preview(version, None)
    assert shown is not None
    (year,) = shown.years
    assert year.period == "2025-26"
    assert year.people
    assert year.people % queries.ROUNDING == 0
    (task,) = queries.list_indicator_tasks(load_actor(member), AT.date())
    assert task.url == reverse("indicators:detail", args=[version.pk])
    assert queries.list_indicator_tasks(load_actor(community.author), AT.date()) == []
    assert set(shown.missing) == {"district", "school", "race_ethnicity", "gender"}

    assert "fifteen_days" not in load_indicator_catalogue()
    version = approve(version, member)
    assert queries.list_indicator_tasks(load_actor(member), AT.date()) == []
    catalogue = load_indicator_catalogue()
    assert catalogue["fifteen_days"].title["en"] == "Fifteen days missed"
    assert len(catalogue) == len(list(catalogue)) == len(load_outcome_catalogue()) + 1
    form = NewReleaseForm(organizations=[community.hub], on=AT.date())
    assert ("fifteen_days", "Fifteen days missed") in form.fields["outcomes"].choices  # type: ignore[attr-defined]

    share_program(community, person)
    release = community.carried(
        community.draft(
            title="Fifteen days", outcomes=["fifteen_days"], tables=[["zip"], [READERS]]
        )
    )
    assert {part["outcome"] for part in release.certificate} == {"fifteen_days"}
    page = Client().get(reverse("dashboards:outcome", args=["fifteen_days"]))
    assert page.status_code == 200
    assert "Fifteen days missed" in page.content.decode()
    for words in ("Missed 15 days", "97301", "Riverside Readers", "In the program"):
        assert words in page.content.decode()
    events = list(
        AuditLine.objects.filter(event__startswith="indicator.").values_list("event", flat=True)
    )
    assert events == ["indicator.drafted", "indicator.previewed", "indicator.approved"]


def test_a_new_version_has_a_name_of_its_own_and_the_old_one_stays(
    community: Community, member: User
) -> None:
    first = approve(preview(draft(community), community.author), member)
    changed = MANY_DAYS.replace(">= 15", ">= 10")
    second = draft(community, changed)
    assert second.version == 2
    assert queries.find_earlier_version(second) == first
    second = preview(second, community.author)
    shown = queries.load_preview(second, first)
    assert shown is not None
    assert shown.years[0].before == shown.years[0].people
    approve(second, member)
    catalogue = load_indicator_catalogue()
    assert {"fifteen_days", "fifteen_days-v2"} <= set(catalogue)
    publishable = catalogue.list_publishable()
    assert "fifteen_days-v2" in publishable
    assert "fifteen_days" not in publishable
    assert catalogue["fifteen_days-v2"].version == 2
    assert catalogue["fifteen_days"].approval


def test_one_version_a_year_is_published(community: Community, member: User) -> None:
    approve(preview(draft(community), community.author), member)
    community.carried(community.draft(title="Fifteen days", outcomes=["fifteen_days"]))
    narrow = MANY_DAYS.replace(">= 15", ">= 10").replace(
        '["district", "school", "race_ethnicity", "gender", "zip", "program"]', '["district"]'
    )
    approve(preview(draft(community, narrow), community.author), member)
    release = community.draft(outcomes=["fifteen_days-v2"], tables=[["district"]])
    assert refusal(lambda: community.checked(release)) == ["P45"]
    other = community.draft(outcomes=["fifteen_days-v2"], tables=[["district", "school"]])
    with pytest.raises(StoppedError, match="may not be shown by school"):
        community.checked(other)
    form = NewReleaseForm(
        {
            "title": "T", "story": "S", "organization": community.hub.pk, "method": "bands",
            "outcomes": ["fifteen_days-v2"], "tables": ["district,school"],
            "statistic": "mean",
        },
        organizations=[community.hub],
        on=AT.date(),
    )  # fmt: skip
    assert form.errors["tables"] == [
        "“Fifteen days missed” may not be shown by school. Leave out these tables."
    ]


def test_a_copy_under_another_id_is_not_published_beside_the_original(
    community: Community, member: User
) -> None:
    first = approve(preview(draft(community), community.author), member)
    copied = MANY_DAYS.replace("fifteen_days", "other_days").replace("Fifteen", "Other")
    approve(preview(draft(community, copied), community.author), member)
    for other in ("other_days", "chronic_absence"):
        together = community.draft(title=other, outcomes=["fifteen_days", other], tables=[])
        assert refusal(lambda release=together: community.checked(release)) == ["P45", "P45"]
    (conflict, _) = together.meets
    assert conflict["releases"] == ["“Chronic absence” of this release"]
    # Two releases are checked before one of them is published.
    waiting = community.in_review(community.draft(title="Other", outcomes=["other_days"]))
    community.carried(community.draft(title="Fifteen days", outcomes=["fifteen_days"]))
    (fact,) = state.load_release_facts(waiting)
    assert [item.name for item in find_uncompared_releases(fact.beside)] == [
        "“Fifteen days” (2026-03-02)"
    ]
    late = community.draft(title="Late", outcomes=["other_days"])
    assert refusal(lambda: community.checked(late)) == ["P45"]
    assert late.meets[0]["releases"] == ["“Fifteen days” (2026-03-02)"]
    assert first.indicator == "fifteen_days"


def test_only_a_correction_counts_an_older_version(community: Community, member: User) -> None:
    approve(preview(draft(community), community.author), member)
    released = community.carried(community.draft(title="Fifteen", outcomes=["fifteen_days"]))
    waiting = community.draft(title="Later", outcomes=["fifteen_days"])
    approve(
        preview(draft(community, MANY_DAYS.replace("Days", "All days")), community.author), member
    )
    with pytest.raises(StoppedError, match="A newer version of “Fifteen days missed” is approved"):
        community.checked(waiting)
    correction = drafts.begin_release_correction(
        release=released, what_changed="A school.", by=community.author, at=AT
    )
    assert community.checked(correction).certificate


def test_a_communitys_definition_stays_when_cairn_ships_its_id(
    community: Community, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(preview(draft(community), community.author), member)
    shipped = dict(load_outcome_catalogue())
    shipped["fifteen_days"] = shipped["chronic_absence"]
    monkeypatch.setattr(catalogue_module, "load_outcome_catalogue", lambda: shipped)
    catalogue = load_indicator_catalogue()
    assert catalogue["fifteen_days"].title["en"] == "Fifteen days missed"
    assert not catalogue.build_fact("fifteen_days").is_shipped
    assert list(catalogue).count("fifteen_days") == 1
    assert len(catalogue) == len(list(catalogue))


def test_a_draft_that_changed_is_previewed_again(community: Community, member: User) -> None:
    version = preview(draft(community), community.author)
    other = parse_indicator(MANY_DAYS.replace(">= 15", ">= 20"))
    later = AT + timedelta(minutes=1)
    change(version, other, by=community.author, at=later)
    assert refusal(lambda: approve(version, member)) == [cards.PREVIEWED.id]
    again = preview(version, community.author)
    # The member read the text as it was before.
    with pytest.raises(actions.IndicatorConflict, match="Open its page again and read it"):
        approve(version, member)
    # The author's second window shows the text as it was before, too.
    for written_before in (
        lambda: change(version, other, by=community.author, at=later),
        lambda: discard(version, by=community.author),
    ):
        with pytest.raises(actions.IndicatorConflict, match=community.author.name):
            written_before()
    approve(again, member)
    assert refusal(lambda: approve(again, member)) == [cards.IS_DRAFT.id]
    assert refusal(lambda: discard(again, by=community.author)) == [cards.IS_DRAFT.id]


def test_nobody_approves_a_version_of_which_they_wrote_a_part(
    community: Community, member: User, person: Callable[..., User]
) -> None:
    member.affiliations.create(
        organization=community.hub, role=Role.ANALYST.value, starts=AT.date().replace(day=1)
    )
    version = actions.draft_indicator_version(
        definition=DEFINITION, organization=community.hub, by=member, at=AT
    )
    change(version, parse_indicator(MANY_DAYS.replace("Days", "All days")), by=community.author)
    version = preview(IndicatorVersion.objects.get(), community.author)
    assert refusal(lambda: approve(version, member)) == [cards.ANOTHER_APPROVES.id]
    assert facts.build_version_fact(version).indicator == "Fifteen days missed"
    approve(version, person(Role.COMMITTEE_MEMBER, at="elm"))


def test_a_preview_is_queued_once_and_says_that_its_draft_was_discarded(
    community: Community, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, by = draft(community), community.author
    queued: list[int] = []
    run_preview = tasks.preview_indicator.func
    waiting = SimpleNamespace(enqueue=lambda version_id, by_id: queued.append(version_id))
    monkeypatch.setattr(tasks, "preview_indicator", waiting)
    client.force_login(by)
    for _ in range(2):
        client.post(reverse("indicators:preview", args=[version.pk]))
    assert queued == [version.pk]
    discard(version, by=by)
    with pytest.raises(actions.IndicatorConflict, match="discarded before it was counted"):
        run_preview(version.pk, by.pk)
    assert "discarded" in Work.objects.get(kind="preview").message


def test_a_preview_of_a_text_that_changed_meanwhile_is_not_kept(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = draft(community)
    count = actions.count_outcome

    def change_meanwhile(*args: Any, **kwargs: Any) -> Any:
        change(version, parse_indicator(MANY_DAYS.replace(">= 15", ">= 1")), by=community.author)
        return count(*args, **kwargs)

    monkeypatch.setattr(actions, "count_outcome", change_meanwhile)
    with pytest.raises(actions.IndicatorConflict, match="Preview it again"):
        actions.preview_indicator_version(
            version=version, by=community.author, at=AT, progress=Silent()
        )
    assert not IndicatorVersion.objects.get(pk=version.pk).counted


def test_an_id_belongs_to_one_organization_and_has_one_draft(
    community: Community, organization: Callable[..., Any], person: Callable[..., User]
) -> None:
    version = draft(community)
    with pytest.raises(actions.IndicatorConflict, match="Change that draft"):
        draft(community)
    elsewhere = organization("elm")
    with pytest.raises(actions.IndicatorConflict, match="Choose another ID"):
        actions.draft_indicator_version(
            definition=DEFINITION,
            organization=elsewhere,
            by=person(Role.DATA_MANAGER, at="elm"),
            at=AT,
        )
    shipped = replace(DEFINITION, id="chronic_absence")
    with pytest.raises(actions.IndicatorConflict, match="chronic_absence_local"):
        actions.draft_indicator_version(
            definition=shipped, organization=community.hub, by=community.author, at=AT
        )
    with pytest.raises(actions.IndicatorConflict, match="Keep it"):
        change(version, shipped, by=community.author)
    assert refusal(
        lambda: actions.draft_indicator_version(
            definition=replace(DEFINITION, id="another"),
            organization=community.hub,
            by=community.stewards["oak"],
            at=AT,
        )
    )


def test_records_that_nobody_sent_count_no_one(community: Community, client: Client) -> None:
    text = MANY_DAYS.replace("fifteen_days", "camp").replace(
        "school_attendance_year", "session_attendance"
    )
    text = text.replace('dated_by = "school_year"', 'dated_by = "date"')
    version = draft(community, text.replace("days_absent >= 15", "hours > 1"))
    version = preview(version, community.author)
    shown = queries.load_preview(version, None)
    assert shown is not None
    assert shown.years == ()
    client.force_login(community.author)
    page = client.get(reverse("indicators:detail", args=[version.pk])).content.decode()
    assert "No one was counted" in page


def test_without_matched_data_there_is_no_preview(
    organization: Callable[..., Any], person: Callable[..., User]
) -> None:
    hub = organization("backbone", kind=OrganizationKind.BACKBONE)
    author = person(Role.ANALYST)
    version = actions.draft_indicator_version(
        definition=DEFINITION, organization=hub, by=author, at=AT
    )
    with pytest.raises(actions.IndicatorConflict, match="No data submission"):
        preview(version, author)


def test_a_differing_definition_of_the_same_name_is_flagged(
    community: Community, person: Callable[..., User]
) -> None:
    version = draft(community)
    assert queries.list_differing_definitions(version) == []
    same = MANY_DAYS.replace("fifteen_days", "fifteen_days_elm").replace("Days add up.", "Yes.")
    other_hub = {"by": person(Role.DATA_MANAGER, at="elm"), "at": AT}
    elm = community.stewards["elm"].affiliations.get().organization
    other = actions.draft_indicator_version(
        definition=parse_indicator(same), organization=elm, **other_hub
    )
    assert queries.list_differing_definitions(version) == []
    change(other, parse_indicator(same.replace(">= 15", ">= 16")), **other_hub)
    (flag,) = queries.list_differing_definitions(version)
    assert flag.source == elm.name
    assert [change.entry for change in flag.changes] == ["numerator.where", "why.en"]
    shipped = draft(
        community,
        MANY_DAYS.replace("fifteen_days", "absence")
        .replace("Fifteen days missed", "chronic  ABSENCE")
        .replace("Quince días perdidos", "Ausencia"),
    )
    (flag,) = queries.list_differing_definitions(shipped)
    assert flag.source == ""


def test_the_pages_where_an_indicator_is_written(community: Community, client: Client) -> None:
    client.force_login(community.author)
    page = client.get(reverse("indicators:new"))
    assert "summer_participation" in page.content.decode()
    page = client.get(reverse("indicators:new") + "?from=chronic_absence")
    assert "chronic_absence_local" in page.content.decode()
    wrong = client.post(
        reverse("indicators:new"),
        {"organization": community.hub.pk, "definition": MANY_DAYS.replace("days_absent", "abs")},
    )
    assert wrong.status_code == 422
    assert "no element “abs”" in wrong.content.decode()
    file = SimpleUploadedFile("fifteen.toml", MANY_DAYS.encode())
    sent = client.post(reverse("indicators:new"), {"organization": community.hub.pk, "file": file})
    version = IndicatorVersion.objects.get()
    assert sent["Location"] == reverse("indicators:detail", args=[version.pk])
    again = client.post(
        reverse("indicators:new"), {"organization": community.hub.pk, "definition": MANY_DAYS}
    )
    assert "Change that draft" in again.content.decode()
    assert "was not counted yet" in client.get(sent["Location"]).content.decode()
    client.post(reverse("indicators:preview", args=[version.pk]))
    assert Work.objects.get(kind="preview").state == "done"
    shown = client.get(sent["Location"]).content.decode()
    assert "2025-26" in shown
    assert "rounded to tens" in shown
    assert "Approve" not in shown
    change_page = reverse("indicators:change", args=[version.pk])
    written = client.get(change_page).context["written"]
    sent_change = {"definition": MANY_DAYS.replace("Days add up.", "So."), "written": written}
    assert client.post(change_page, sent_change).status_code == 302
    again = client.post(change_page, sent_change)
    assert f"{community.author.name} changed this draft in the meantime" in again.content.decode()
    wrong = client.post(
        change_page,
        {
            "definition": MANY_DAYS.replace("fifteen_days", "sixteen_days"),
            "written": client.get(change_page).context["written"],
        },
    )
    assert "Keep it" in wrong.content.decode()
    assert client.get(reverse("indicators:new") + "?from=²").status_code == 200


def test_the_pages_where_an_indicator_is_approved(
    community: Community, member: User, client: Client
) -> None:
    version = preview(draft(community), community.author)
    client.force_login(member)
    detail_page = reverse("indicators:detail", args=[version.pk])
    approve_page = reverse("indicators:approve", args=[version.pk])
    read = client.get(detail_page)
    assert client.get(approve_page)["Location"] == detail_page
    page = client.get(f"{approve_page}?{urlencode({'written': read.context['written']})}")
    assert page.status_code == 200
    written = page.context["written"]
    assert f'{approve_page}?{urlencode({"written": written})}"' in read.content.decode()
    client.post(approve_page, {"written": "1"})
    version.refresh_from_db()
    assert version.approved_at is None
    client.post(approve_page, {"written": written})
    version.refresh_from_db()
    assert version.approved_by == member
    listed = client.get(reverse("indicators:list")).content.decode()
    assert "Fifteen days missed" in listed
    assert "Chronic absence" in listed
    assert (
        b"Fifteen days missed"
        in client.get(reverse("indicators:list") + "?download=csv").getvalue()
    )
    exported = client.get(reverse("indicators:file", args=[version.pk])).content.decode()
    assert parse_indicator(exported).approval
    assert f'by = "data committee ({member.name})"' in exported


def test_the_pages_where_a_draft_is_discarded(
    community: Community, member: User, client: Client
) -> None:
    approve(preview(draft(community), community.author), member)
    client.force_login(community.author)
    client.post(
        reverse("indicators:new"),
        {"organization": community.hub.pk, "definition": MANY_DAYS.replace(">= 15", ">= 9")},
    )
    second = IndicatorVersion.objects.get(version=2)
    detail = client.get(reverse("indicators:detail", args=[second.pk]))
    assert "1 change since version 1" in detail.content.decode()
    discard_page = reverse("indicators:discard", args=[second.pk])
    client.post(discard_page)
    assert IndicatorVersion.objects.filter(pk=second.pk).exists()
    discard_page += f"?{urlencode({'written': detail.context['written']})}"
    assert client.get(discard_page).status_code == 200
    client.post(discard_page)
    assert not IndicatorVersion.objects.filter(pk=second.pk).exists()
    assert client.get(reverse("indicators:detail", args=[second.pk])).status_code == 404


def test_no_other_staff_see_what_a_preview_counted(
    community: Community, client: Client, person: Callable[..., User]
) -> None:
    page = reverse("indicators:detail", args=[draft(community).pk])
    client.force_login(community.author)
    client.post(reverse("indicators:preview", args=[IndicatorVersion.objects.get().pk]))
    assert "2025-26" in client.get(page).content.decode()
    client.force_login(person(Role.PROGRAM_STAFF, at="oak"))
    narrowed = client.get(page).content.decode()
    assert "Only those who write or approve" in narrowed
    assert "2025-26" not in narrowed


def test_a_file_that_is_too_large_is_not_read(community: Community, client: Client) -> None:
    client.force_login(community.author)
    file = SimpleUploadedFile("big.toml", b"x" * 70_000)
    page = client.post(reverse("indicators:new"), {"organization": community.hub.pk, "file": file})
    assert "larger than 64 KB" in page.content.decode()


def test_counts_are_rounded_and_small_ones_not_shown() -> None:
    assert [queries.round_count(n) for n in (0, 9, 10, 14, 26)] == [None, None, 10, 10, 30]


def test_a_preview_that_was_destroyed(community: Community) -> None:
    version = draft(community)
    version.counted = f"counted/{'0' * 64}"
    assert queries.load_preview(version, None) is None
    assert facts.build_version_fact(version).is_previewed
    assert timezone.now() - version.written_at > timedelta(0)
