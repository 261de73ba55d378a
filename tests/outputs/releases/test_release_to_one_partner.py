"""A release for one partner: the steps of a public one, with the partner among its attackers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, READERS, Community, permit, share_program

from cairn.governance.agreements.models import Agreement
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.partners.api import load_actor
from cairn.governance.partners.models import Organization
from cairn.interfaces.web.tasks import email_new_tasks
from cairn.outputs.releases import facts, forms
from cairn.outputs.releases.actions import drafts, review_and_publication
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.partner_reports import partner_releases
from cairn.outputs.releases.queries import determinations, offered_tables, public_state, releases
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications.models import MailMessage
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.outputs.release import DifferencingConflictKind
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.releases import ReleaseState
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.exporters import read_release_figures, write_release_figures
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

OUTCOME = "chronic_absence"


@pytest.fixture
def partner(community: Community, person: Callable[..., User]) -> Organization:
    share_program(community, person)
    return Organization.objects.get(slug="readers")


def ask(community: Community, partner: Organization | None, **more: object) -> Release:
    return community.draft(
        **{
            "title": "How the Readers do",
            "tables": [[READERS]],
            "method": ReleaseMethod.BANDS.value,
            "audience": partner,
            "audience_minimum": 10,
            **more,
        }
    )


def test_it_passes_every_step_and_the_partner_is_among_the_attackers(
    community: Community, partner: Organization
) -> None:
    release = community.carried(ask(community, partner))
    assert release.state == ReleaseState.PUBLISHED
    assert {tuple(part["insiders"]) for part in release.certificate} == {("readers",)}
    audience = facts.load_release_fact(release).audience
    assert audience is not None
    assert (audience.minimum, audience.in_ranges, audience.was_tested) == (10, True, True)
    lines = AuditLine.objects.filter(
        event__in=["release.drafted", "release.submitted", "release.published"]
    )
    assert [line.detail["audience"] for line in lines] == ["readers"] * 3
    assert set(
        DisclosureRecord.objects.latest("pk")
        .parties.filter(side="to")
        .values_list("organization", flat=True)
    ) == {"readers"}
    assert not list(releases.list_published_releases())
    assert not public_state.load_public_state().facts
    elements = frozenset({"participation.program"})
    assert not determinations.load_release_determinations(elements, "").determinations
    assert not public_state.list_publication_changes(release)
    assert not public_state.list_withdrawal_changes(release)


def test_it_is_refused_with_a_sentence(community: Community, partner: Organization) -> None:
    other = Organization.objects.create(slug="hills", name="Hills", kind="community_program")
    for changes, sentence in (
        ({"audience_minimum": 9}, "The smallest group of this release is 9."),
        ({"audience_minimum": None}, "The smallest group of this release is 0."),
        ({"method": ReleaseMethod.SUPPRESS.value}, "This release has exact numbers"),
        ({"outcomes": ["days_absent"]}, "This release has exact numbers"),
        ({"audience": other}, "hills is not a party"),
    ):
        with pytest.raises(Refused, match=sentence):
            ask(community, partner, **changes)
    release = ask(community, partner, audience_minimum=12)
    with pytest.raises(Refused, match="exact numbers"):
        drafts.redraft_release(
            release=release, outcomes=[OUTCOME], tables=[[READERS]], years=[],
            method=ReleaseMethod.SUPPRESS.value, by=community.author, at=AT,
        )  # fmt: skip
    assert community.checked(release).minimum_cell == 12
    Agreement.objects.filter(reference="DSA-readers").update(terminated_on=AT.date())
    with pytest.raises(Refused, match="Readers is not a party to an agreement in force"):
        review_and_publication.submit_release(release=release, by=community.author, at=AT)
    public = ask(community, None, audience_minimum=None, title="Everyone", tables=[["district"]])
    assert (public.audience, public.audience_minimum) == (None, None)


def test_the_form_offers_it_and_each_page_states_it(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    author, new = browser(community.author), reverse("releases:new")
    page = author.get(new).content.decode()
    assert "Everyone: published for the public" in page
    data = {
        "title": "How the Readers do", "story": "A hard winter.", "outcomes": [OUTCOME],
        "method": "bands", "statistic": "mean", "tables": [READERS],
        "organization": community.hub.pk, "audience": partner.pk, "audience_minimum": 4,
    }  # fmt: skip
    answer = author.post(new, data).content.decode()
    assert "The smallest group of this release is 4. A partner needs at least 10." in answer
    assert not Release.objects.exists()
    answer = author.post(new, {**data, "audience_minimum": 10, "method": "suppress"})
    assert "percentages in ranges only" in answer.content.decode() or "exact" in answer.text
    author.post(new, {**data, "audience_minimum": 10})
    release = Release.objects.get()
    assert release.audience == partner
    only = "Only for Readers"
    for name in ("detail", "reword", "redraft"):
        assert only in author.get(reverse(f"releases:{name}", args=[release.pk])).text, name
    assert only in author.get(reverse("releases:list")).text
    community.in_review(release)
    reviewer = browser(community.reviewers[0])
    text = reviewer.get(reverse("releases:review", args=[release.pk])).text
    assert only in text
    assert "Tables as Readers would see them" in text
    Release.objects.filter(pk=release.pk).update(state=ReleaseState.CHECKED.value)
    release.refresh_from_db()
    _release, asked = community.sent_back(release)
    owner = browser(community.stewards["oak"])
    (to_oak,) = [sent for sent in asked if sent.organization.slug == "oak"]
    assert only in owner.get(reverse("releases:send_back", args=[to_oak.pk])).text
    public = ask(community, None, audience_minimum=None, title="Everyone", tables=[["district"]])
    assert "For the public" in author.get(reverse("releases:detail", args=[public.pk])).text


def test_every_later_release_is_tested_with_it_and_with_its_partner(
    community: Community, partner: Organization
) -> None:
    first = community.carried(ask(community, partner))
    exact = community.checked(community.draft(tables=[["district"]]))
    (part,) = exact.certificate
    assert exact.attacked == [first.pk]
    assert part["safe"]
    bands = community.checked(
        community.draft(tables=[["district"]], method=ReleaseMethod.BANDS.value)
    )
    (part,) = bands.certificate
    assert (part["beside"], part["insiders"]) == (1, ["readers"])
    name = facts.find_release_name(first)
    assert first.title not in name
    assert str(first.pk) in name
    community.carried(bands)
    second = community.checked(ask(community, partner, title="Again"))
    assert set(second.attacked or ()) == {bands.pk, first.pk}


@pytest.mark.parametrize("cohort_on", [None, AT.date()])
def test_later_exact_numbers_of_the_program_are_refused(
    community: Community, partner: Organization, cohort_on: date | None
) -> None:
    """The partner, who knows 239 of 240 children, would learn of the last one."""
    community.carried(ask(community, partner, cohort_on=cohort_on))
    exact = community.draft(tables=[[READERS]])
    with pytest.raises(Refused):
        community.checked(exact)
    exact.refresh_from_db()
    assert exact.state == ReleaseState.DRAFT
    assert {conflict["how"] for conflict in exact.meets} == {
        DifferencingConflictKind.TELLS_OF_FEW.value
    }


def test_a_later_mean_of_the_program_is_attacked_by_its_partner(
    community: Community, partner: Organization
) -> None:
    """The partner, who knows the days of 239 of 240 children, must not learn those of the last."""

    def check_mean(title: str) -> tuple[int, str | None]:
        release = community.checked(
            community.draft(title=title, outcomes=["days_absent"], tables=[[READERS]])
        )
        figures = read_release_figures(open_file_store(), FileRef.parse(release.protected))
        (cell,) = (cell for cell in figures.cells if cell.group.get(READERS) == "yes")
        return sum(part["asked"] for part in release.certificate), cell.rounded_to

    asked_before, unit_before = check_mean("Days absent")
    community.carried(ask(community, partner))
    asked, unit = check_mean("Days absent, again")
    assert asked > asked_before
    assert unit_before is not None
    assert unit is None or float(unit) > float(unit_before)


def test_a_partner_without_records_is_an_attacker_too(
    community: Community, partner: Organization
) -> None:
    oak = Organization.objects.get(slug="oak")
    none = Organization(slug="hills", name="Hills")
    found = offered_tables.list_insiders([oak, partner, none, None], Purpose.PUBLIC_REPORTING)
    assert [(one.organization, one.dimensions) for one in found] == [
        ("hills", frozenset()), ("oak", frozenset()), ("readers", frozenset({READERS})),
    ]  # fmt: skip
    assert offered_tables.list_insiders([None], Purpose.PUBLIC_REPORTING) == ()
    release = community.checked(ask(community, oak, tables=[["district"]]))
    assert {tuple(part["insiders"]) for part in release.certificate} == {("oak",)}


def test_the_partner_reads_it_and_each_opening_is_recorded(
    community: Community, partner: Organization, browser: Callable[..., Client], settings: object
) -> None:
    settings.EMAIL_HOST = "mail.example"  # type: ignore[attr-defined]
    steward, manager = browser(community.stewards["readers"]), browser(community.manager)
    page = reverse("figures:partner_releases", args=["readers"])
    assert "No figures for this partner yet" in steward.get(page).text
    release = community.carried(ask(community, partner))
    assert "release for your organization to read" in steward.get(reverse("web:home")).text
    email_new_tasks(AT)
    (mail,) = MailMessage.objects.filter(user=community.stewards["readers"])
    # A task's email is a title and a link (`cairn.interfaces.web.tasks`): no figure is in either.
    assert OUTCOME not in mail.subject
    assert manager.get(page).status_code == 200
    assert "release for your organization to read" in steward.get(reverse("web:home")).text
    assert steward.head(page).status_code == 200
    text = steward.get(page).content.decode()
    for words in ("Not public", "Riverside Readers", "all other children", "How the Readers do",
                  "0 of 1 figure", "Legal basis", "Difference"):  # fmt: skip
        assert words in text, words
    assert "release for your organization to read" not in steward.get(reverse("web:home")).text
    lines = steward.get(reverse("figures:partner_releases_file", args=["readers", "csv"])).text
    assert lines.splitlines()[0].startswith("partner,legal_basis,outcome,school_year,group")
    assert len(lines.splitlines()) == 2
    book = steward.get(reverse("figures:partner_releases_file", args=["readers", "xlsx"]))
    assert book.content.startswith(b"PK")
    unknown = reverse("figures:partner_releases_file", args=["readers", "exe"])
    assert steward.get(unknown).status_code == 404
    assert steward.get(reverse("figures:partner_releases", args=["nobody"])).status_code == 403
    assert manager.get(reverse("figures:partner_releases", args=["nobody"])).status_code == 404
    assert page in steward.get(reverse("figures:reports")).text
    opened = AuditLine.objects.filter(event="release.partner_opened")
    assert opened.count() == 4
    release.refresh_from_db()
    assert release.opened_at is not None


def test_it_ends_with_the_agreement_the_person_and_the_release(
    community: Community,
    partner: Organization,
    person: Callable[..., User],
    browser: Callable[..., Client],
) -> None:
    release = community.carried(ask(community, partner))
    steward = browser(community.stewards["readers"])
    page = reverse("figures:partner_releases", args=["readers"])
    file = reverse("figures:partner_releases_file", args=["readers", "csv"])
    others = [community.stewards["oak"], community.reviewers[2], community.author]
    others += [person(Role.STEWARD, at="hills"), person(Role.COMMITTEE_MEMBER)]
    for other in others:
        for address in (page, file):
            assert browser(other).get(address).status_code == 403, (other, address)
    assert Client().get(page).status_code in (302, 403)
    assert steward.get(page).status_code == 200
    agreement = Agreement.objects.filter(reference="DSA-readers")
    agreement.update(terminated_on=timezone.localdate())
    assert steward.get(page).status_code == steward.get(file).status_code == 403
    today = timezone.localdate()
    actor = load_actor(community.stewards["readers"])
    assert not partner_releases.list_partner_release_tasks(actor, today)
    assert not partner_releases.list_partners_with_releases(actor, today)
    agreement.update(terminated_on=None)
    assert steward.get(page).status_code == 200
    role = community.stewards["readers"].affiliations.get()
    role.ends = today - timedelta(days=1)
    role.save()
    assert steward.get(page).status_code == 403
    role.ends = None
    role.save()
    assert "Riverside Readers" in steward.get(page).text
    review_and_publication.withdraw_release(
        release=release, reason="An error.", by=community.manager, at=AT
    )
    text = steward.get(page).text
    assert "Riverside Readers" not in text
    assert "No figures for this partner yet" in text


def test_a_correction_is_for_the_same_partner_and_replaces_it(
    community: Community, partner: Organization
) -> None:
    release = community.carried(ask(community, partner))
    correction = drafts.begin_release_correction(
        release=release, what_changed="A file was late.", by=community.manager, at=AT
    )
    assert (correction.audience, correction.audience_minimum) == (partner, 10)
    assert not releases.list_withdrawn_releases()


def test_the_form_of_tables_asks_policy_too(community: Community, partner: Organization) -> None:
    release = ask(community, partner)
    data = {"outcomes": [OUTCOME], "statistic": "mean", "tables": [READERS]}
    for method, is_valid in (("bands", True), ("suppress", False)):
        form = forms.ReleaseTablesForm(
            {**data, "method": method}, on=AT.date(), kept_tables=[[READERS]], release=release
        )
        assert form.is_valid() is is_valid


def test_two_years_make_a_trend(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    steward = browser(community.stewards["readers"])
    release = community.carried(ask(community, partner))
    page = reverse("figures:partner_releases", args=["readers"])
    one_year = steward.get(page).content.decode()
    assert "There is one year so far" in one_year
    assert "data-chart" not in one_year
    store = open_file_store()
    file = read_release_figures(store, FileRef.parse(release.released))
    cells = [replace(cell, school_year=year) for year in ("2024-25", "2025-26")
             for cell in file.cells]  # fmt: skip
    written = write_release_figures(
        store, cells, names=file.names, permit=permit(Action.PUBLISH_RELEASE), inputs=[],
        note={"release": str(release.pk)},
    )  # fmt: skip
    Release.objects.filter(pk=release.pk).update(released=str(written))
    text = steward.get(page).content.decode()
    assert text.count("data-chart") == 1
    assert "Earlier years" in text
    assert "Chronic absence: Children of Riverside Readers" in text


COHORT = "Students enrolled on "
"""Begins the sentence about a fixed cohort."""


def test_a_fixed_cohort_is_part_of_its_tables_and_stays(
    community: Community, partner: Organization
) -> None:
    day = AT.date()
    dated = f"program@{day}:Riverside Readers"
    release = ask(community, partner, cohort_on=day)
    assert release.tables == [[dated]]
    assert facts.find_cohort_date(release) == day
    assert AuditLine.objects.get(event="release.drafted").detail["cohort"] == str(day)
    fact = facts.load_release_fact(release).audience
    assert fact is not None
    assert fact.cohort_on == day
    correction = drafts.begin_release_correction(
        release=community.carried(release), what_changed="A file was late.",
        by=community.manager, at=AT,
    )  # fmt: skip
    assert correction.tables == [[dated]]
    said = {"outcomes": [OUTCOME], "tables": [[READERS]], "years": [], "by": community.manager}
    drafts.redraft_release(release=correction, **said, at=AT, cohort_on=day - timedelta(days=30))
    assert facts.find_cohort_date(correction) == day - timedelta(days=30)
    drafts.redraft_release(release=correction, **said, at=AT)
    assert facts.find_cohort_date(correction) is None
    with pytest.raises(Refused, match="has not come yet"):
        drafts.redraft_release(release=correction, **said, at=AT, cohort_on=day + timedelta(days=1))
    with pytest.raises(Refused, match="has not come yet"):
        ask(community, partner, cohort_on=day + timedelta(days=1))
    # A public release counts the children of each year.
    public = ask(community, None, audience_minimum=None, title="Everyone", cohort_on=day)
    assert public.tables == [[READERS]]


def test_a_fixed_cohort_counts_who_was_enrolled_on_its_day(
    community: Community, person: Callable[..., User]
) -> None:
    """Everyone joined on the day of the test, so no one was enrolled the day before."""
    share_program(community, person)
    partner = Organization.objects.get(slug="readers")
    day = AT.date()
    release = community.checked(ask(community, partner, cohort_on=day))
    figures = read_release_figures(open_file_store(), FileRef.parse(release.protected))
    dated = f"program@{day}:Riverside Readers"
    assert {cell.group.get(dated) for cell in figures.cells} == {"All", "yes", "no"}
    assert {tuple(part["insiders"]) for part in release.certificate} == {("readers",)}
    before = ask(community, partner, cohort_on=day - timedelta(days=1), title="Too early")
    figures = read_release_figures(
        open_file_store(), FileRef.parse(community.checked(before).protected)
    )
    early = f"program@{day - timedelta(days=1)}:Riverside Readers"
    assert "yes" not in {cell.group.get(early) for cell in figures.cells}


def test_pages_and_files_state_the_fixed_cohort(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    day = AT.date()
    release = ask(community, partner, cohort_on=day)
    author = browser(community.author)
    detail = reverse("releases:detail", args=[release.pk])
    assert COHORT in author.get(detail).text
    community.in_review(release)
    review = browser(community.reviewers[0]).get(reverse("releases:review", args=[release.pk])).text
    for words in (COHORT, "later joiners and leavers are not added or removed",
                  "Riverside Readers, enrolled on", "In the cohort", "All others"):  # fmt: skip
        assert words in review, words
    assert "Not in the program" not in review
    Release.objects.filter(pk=release.pk).update(state=ReleaseState.CHECKED.value)
    release.refresh_from_db()
    community.carried(release)
    steward = browser(community.stewards["readers"])
    text = steward.get(reverse("figures:partner_releases", args=["readers"])).text
    assert COHORT in text
    assert "Children of Riverside Readers, enrolled on" in text
    head, line = steward.get(
        reverse("figures:partner_releases_file", args=["readers", "csv"])
    ).text.splitlines()
    assert head.endswith(",cohort")
    assert COHORT in line
    book = steward.get(reverse("figures:partner_releases_file", args=["readers", "xlsx"]))
    assert book.content.startswith(b"PK")


def test_pages_say_that_a_cohort_has_no_student(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    """Everyone joined on the day of the test, so no one was enrolled the day before."""
    author, steward = browser(community.author), browser(community.stewards["readers"])
    own = reverse("figures:partner_releases", args=["readers"])
    sentence = "These tables count no student of Riverside Readers, enrolled on"
    assert "No figures for this partner yet" in steward.get(own).text
    release = ask(community, partner, cohort_on=AT.date() - timedelta(days=1))
    detail = reverse("releases:detail", args=[release.pk])
    assert sentence not in author.get(detail).text, "nothing is counted yet"
    community.checked(release)
    assert sentence in author.get(detail).text
    community.carried(release)
    assert "No student of this partner is in the figures" in steward.get(own).text
    other = community.checked(ask(community, partner, cohort_on=AT.date(), title="In time"))
    assert sentence not in author.get(reverse("releases:detail", args=[other.pk])).text


def test_the_form_asks_for_a_cohort_of_a_program_and_a_partner(
    community: Community, partner: Organization, browser: Callable[..., Client]
) -> None:
    author, new = browser(community.author), reverse("releases:new")
    data = {
        "title": "How the Readers do", "story": "A hard winter.", "outcomes": [OUTCOME],
        "method": "bands", "statistic": "mean", "tables": [READERS], "audience_minimum": 10,
        "organization": community.hub.pk, "audience": partner.pk, "cohort_on": "2026-03-01",
    }  # fmt: skip
    for changes, sentence in (
        ({"audience": ""}, "Choose the partner who may read it, or leave the day empty."),
        ({"tables": ["district,gender"]}, "Choose the table of a program"),
        ({"cohort_on": "2999-03-01"}, "The day of the cohort, March 1, 2999, has not come yet."),
        ({"cohort_on": "spring"}, "Enter a valid date"),
    ):
        assert sentence in author.post(new, {**data, **changes}).text, sentence
    assert not Release.objects.exists()
    author.post(new, data)
    release = Release.objects.get()
    assert release.tables == [["program@2026-03-01:Riverside Readers"]]
    edit = reverse("releases:redraft", args=[release.pk])
    page = author.get(edit).text
    assert 'value="2026-03-01"' in page
    assert "program@" not in page
    again = {name: data[name] for name in ("outcomes", "method", "statistic", "tables")}
    author.post(edit, {**again, "cohort_on": "2026-02-01"})
    release.refresh_from_db()
    assert release.tables == [["program@2026-02-01:Riverside Readers"]]
    public = ask(community, None, audience_minimum=None, title="Everyone", tables=[["district"]])
    page = author.get(reverse("releases:redraft", args=[public.pk])).text
    assert "Fixed cohort" not in page
