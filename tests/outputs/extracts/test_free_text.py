"""Free text of an extract: a person reads each text, and only what was read leaves."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.outputs.extracts.sample_extracts import ELEMENTS, Researchers, make

from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.outputs.extracts import actions, facts, free_text, queries, text_actions
from cairn.outputs.extracts.free_text import PARTLY_READ_REASON, TextPage
from cairn.outputs.extracts.preparation import UNREAD_TEXT_REASON
from cairn.outputs.extracts.retention import ExtractDataHolder
from cairn.outputs.releases.extract_models import Extract, TextReading
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import SpecialClass
from cairn.policy.vocabulary.releases import ReviewVerdict
from cairn.sdc.microdata.text_masks import MaskKind
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]

EXIT = "enrollment.exit_type"
NOTES = (
    "Ana Morales moved to her aunt in Rivertown, call 555-0134 after the fire",
    "the family found a larger home in the next town, and all is well",
    "everybody knows why: it was in the newspaper on March 3rd, 2025",
)


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Organization]) -> Researchers:
    return make(person, organization, NOTES)


def _pages(extract: Extract) -> list[TextPage]:
    found = [
        free_text.load_text_page(extract, n) for n in range(1, extract.texts["elements"][EXIT] + 1)
    ]
    return sorted(filter(None, found), key=lambda one: NOTES.index(one.text.text))


def _say(world: Researchers, extract: Extract, page: TextPage, verdict: str, **said: Any) -> None:
    """The manager's word on one text: the aid's masks, unless others are chosen."""
    asked = {
        "words": [p.number for p in page.pieces if p.picked],
        "kind": MaskKind.DETAIL,
        "seen": page.digest,
        "by": world.manager,
        **said,
    }
    text_actions.decide_text(extract=extract, page=page, verdict=verdict, at=world.at, **asked)


def _words(page: TextPage, *wanted: str) -> list[int]:
    """What the aid picked, and these words too."""
    return [
        p.number for p in page.pieces if p.number is not None and (p.picked or p.text in wanted)
    ]


def _read_all(world: Researchers, extract: Extract) -> None:
    first, second, third = _pages(extract)
    _say(world, extract, first, "keeps", words=_words(first, "Rivertown"), kind=MaskKind.PLACE)
    _say(world, extract, second, "keeps")
    _say(world, extract, third, "withholds")


def _column(content: bytes) -> list[str]:
    said = zipfile.ZipFile(io.BytesIO(content)).read("enrollment.csv").decode("utf-8-sig")
    return [row["exit_type"] for row in csv.DictReader(io.StringIO(said))]


def _done(extract: Extract) -> dict[str, str]:
    return next(one for one in extract.report["elements"] if one["element"] == EXIT)


def _codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.decision.refusals}


def _issue(world: Researchers, extract: Extract) -> None:
    for reviewer in world.reviewers:
        actions.review_extract(
            extract=extract, verdict=ReviewVerdict.APPROVE, comment="", by=reviewer, at=world.at
        )
    actions.issue_extract(extract=extract, by=world.manager, at=world.at)


def test_what_was_read_leaves_as_it_was_left(world: Researchers) -> None:
    extract = world.prepared()
    assert _done(extract)["why"] == UNREAD_TEXT_REASON
    assert extract.texts["elements"] == {EXIT: 3}
    _read_all(world, extract)
    world.prepared(extract)
    assert _done(extract)["how"] == "read"
    _issue(world, extract)
    sealed = FileRef.parse(extract.texts["file"])
    content = world.fetched(extract)
    said = "[NAME] moved to her aunt in [PLACE], call [PHONE] after the fire"
    assert set(_column(content)) == {said, NOTES[1], ""}
    codebook = zipfile.ZipFile(io.BytesIO(content)).read("codebook.csv").decode("utf-8-sig")
    assert "reviewed and de-identified by a person on" in codebook
    assert "1 of 3 texts removed." in codebook
    assert open_file_store().manifest(sealed).destroyed, "nobody reads it any more"
    assert free_text.open_extract_texts(extract) == []


def test_until_all_is_read_it_stays_out(world: Researchers) -> None:
    extract = world.prepared()
    first, second, third = _pages(extract)
    _say(world, extract, first, "keeps")
    _say(world, extract, second, "open")
    world.prepared(extract)
    assert _done(extract)["why"] == PARTLY_READ_REASON
    assert "exit_type" not in open_file_store().read(FileRef.parse(extract.files["enrollment"]))
    assert [p.is_undecided for p in _pages(extract)] == [False, True, True]
    assert free_text.find_next_unread_text(extract, third.number) in {
        second.number,
        third.number,
    }


def test_a_text_that_is_new_closes_the_element_again(world: Researchers) -> None:
    extract = world.prepared()
    _read_all(world, extract)
    one = TextReading.objects.get(verdict="withholds")
    # As if this text had come with a delivery since, in the place of another.
    TextReading.objects.filter(pk=one.pk).update(key="0" * 64)
    world.prepared(extract)
    assert _done(extract)["why"] == PARTLY_READ_REASON
    assert not TextReading.objects.filter(key="0" * 64).exists()
    assert extract.readings.count() == 2


def test_what_is_changed_after_the_preparation_stops_it(world: Researchers) -> None:
    extract = world.prepared()
    _read_all(world, extract)
    world.prepared(extract)
    first = _pages(extract)[0]
    text_actions.reopen_text(extract=extract, page=first, by=world.manager, at=world.at)
    again = _pages(extract)[0]
    assert again.released_text == "[NAME] moved to her aunt in [PLACE], call [PHONE] after the fire"
    with pytest.raises(Refused) as unread:
        _issue(world, extract)
    assert {"E14", "E16"} <= _codes(unread)
    _say(world, extract, again, "withholds")
    with pytest.raises(Refused) as changed:
        actions.issue_extract(extract=extract, by=world.manager, at=world.at)
    assert _codes(changed) == {"E16"}


def test_about_health_no_date_or_number_stays(
    world: Researchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = {EXIT: frozenset({SpecialClass.HEALTH})}
    monkeypatch.setattr(facts, "find_special_classes", lambda *_args: health)
    extract = world.prepared()
    first, second, third = _pages(extract)
    _say(world, extract, first, "keeps", words=[])
    _say(world, extract, second, "keeps")
    _say(world, extract, third, "keeps", words=[])
    assert sorted(extract.readings.values_list("left", flat=True)) == [0, 1, 1]
    world.prepared(extract)
    assert _done(extract)["why"] == PARTLY_READ_REASON
    (shown,) = free_text.list_reading_progress(extract, load_actor(world.manager), world.at.date())
    assert shown.is_health
    assert shown.fact.left == 2


def test_nobody_of_the_project_reads(world: Researchers, person: Callable[..., Any]) -> None:
    extract = world.prepared()
    page = _pages(extract)[0]
    for reader in (world.analyst, world.reviewers[0], world.steward):
        with pytest.raises(Refused):
            text_actions.record_text_view(extract=extract, page=page, by=reader, at=world.at)
    mine = world.prepared(world.asked(by=world.manager))
    with pytest.raises(Refused) as author:
        _say(world, mine, _pages(mine)[0], "keeps")
    assert _codes(author) == {"P02", "E12"}


def test_every_opening_is_on_record_and_no_text_is(world: Researchers) -> None:
    extract = world.prepared()
    for page in _pages(extract):
        text_actions.record_text_view(extract=extract, page=page, by=world.manager, at=world.at)
    _read_all(world, extract)
    assert AuditLine.objects.filter(event="extract.text_seen").count() == 3
    assert AuditLine.objects.filter(event="extract.text_read").count() == 3
    (line,) = DisclosureRecord.objects.filter(action="read_text")
    assert (line.kind, line.elements) == ("used", [EXIT])
    kept = [*TextReading.objects.values(), *Extract.objects.values(), *AuditLine.objects.values()]
    assert not any(word in str(row) for row in kept for word in ("Morales", "Rivertown", "news"))


def test_a_text_that_was_marked_meanwhile_is_looked_at_again(world: Researchers) -> None:
    extract = world.prepared()
    page = _pages(extract)[0]
    _say(world, extract, page, "open", words=[])
    with pytest.raises(text_actions.TextChangedSinceShown):
        _say(world, extract, page, "keeps")
    with pytest.raises(text_actions.TextChangedSinceShown):
        text_actions.reopen_text(
            extract=extract, page=_pages(extract)[1], by=world.manager, at=world.at
        )


def test_the_aid_knows_the_children_and_their_guardians(
    world: Researchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[str]] = []

    def called(people: Iterable[str]) -> set[str]:
        asked.append(set(people))
        return {"Larger"}

    monkeypatch.setattr(free_text, "list_known_names", called)
    extract = world.prepared()
    assert asked[0] <= {f"p{n}" for n in range(240)}
    assert "a [NAME] home" in _pages(extract)[1].released_text


def test_withdrawn_or_destroyed_nothing_is_left_to_read(world: Researchers) -> None:
    version = world.leave()
    for end in ("withdraw", "destroy"):
        extract = world.prepared(world.asked(version))
        _read_all(world, extract)
        sealed = FileRef.parse(extract.texts["file"])
        assert str(sealed) in set(queries.list_extract_files())
        if end == "withdraw":
            actions.withdraw_extract(
                extract=extract, reason="Stopped.", by=world.analyst, at=world.at
            )
        else:
            named = f"extract:{extract.pk}:RV-DUL-01:river"
            gone = ExtractDataHolder().destroy(named, by=world.manager, at=world.at)
            assert sealed.digest in {file.sha256 for file in gone.files}
        extract.refresh_from_db()
        assert open_file_store().manifest(sealed).destroyed
        assert not extract.readings.exists()
        assert str(sealed) not in set(queries.list_extract_files())


def test_preparing_again_destroys_what_was_sealed_before(world: Researchers) -> None:
    extract = world.prepared()
    refs = (extract.texts["file"], extract.roster, *extract.files.values())
    before = [FileRef.parse(ref) for ref in refs]
    world.prepared(extract)
    assert all(open_file_store().manifest(ref).destroyed for ref in before)
    assert len(free_text.open_extract_texts(extract)) == 3


def test_an_extract_without_free_text_has_none(world: Researchers) -> None:
    plain = [one for one in ELEMENTS if one != EXIT]
    extract = world.prepared(world.asked(elements=plain))
    assert extract.texts == {}
    assert (
        free_text.treat_extract_texts(extract, facts.load_extract_fact(extract), {}, ()).texts == ()
    )
    assert free_text.load_text_page(extract, 1) is None


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_pages(world: Researchers, person: Callable[..., Any]) -> None:
    extract = world.prepared()
    reader = _client(world.manager)
    overview = reverse("releases:extract_texts", args=[extract.pk])
    assert "extract with free text to review" in reader.get(reverse("web:home")).content.decode()
    page = reader.get(overview).content.decode()
    assert "0 of 3 texts reviewed" in page
    assert "Start review" in page
    for number, verdict in ((1, "keeps"), (2, "withholds"), (3, "keeps")):
        address = reverse("releases:extract_text", args=[extract.pk, number])
        shown = free_text.load_text_page(extract, number)
        assert shown is not None
        page = reader.get(address).content.decode()
        assert f"Text {number} of 3" in page
        assert reader.post(address, {"seen": shown.digest}).status_code == 422
        said = {"seen": shown.digest, "kind": "NAME", "words": ["0"]}
        reader.post(address, {**said, "verdict": "open"})
        stale = reader.post(address, {**said, "verdict": verdict}, follow=True)
        assert "Review it again" in stale.content.decode()
        shown = free_text.load_text_page(extract, number)
        assert shown is not None
        said["seen"] = shown.digest
        page = reader.post(address, {**said, "verdict": verdict}, follow=True).content.decode()
    assert "All texts are reviewed" in page
    assert "Prepare the extract again" in page
    assert "Undo your last decision" in reader.get(address).content.decode()
    back = reverse("releases:extract_text_back", args=[extract.pk, 3])
    page = reader.post(back, follow=True).content.decode()
    assert "Decision undone" in page
    assert "Continue review" in reader.get(overview).content.decode()
    assert reader.get(reverse("releases:extract_text", args=[extract.pk, 4])).status_code == 404
    assert _client(world.analyst).get(overview).status_code == 403
    mine = world.prepared(world.asked(by=world.manager, title="Mine"))
    own = reader.get(reverse("releases:extract_texts", args=[mine.pk])).content.decode()
    assert "You cannot review this text" in own
    first = reverse("releases:extract_text", args=[mine.pk, 1])
    assert reader.get(first).status_code == 403
    other = _client(person(Role.DATA_MANAGER))
    assert other.get(first).status_code == 200
    assert "no decision to undo" not in other.get(first).content.decode()
    TextReading.objects.filter(extract=mine).delete()
    assert (
        "no decision to undo"
        in other.post(
            reverse("releases:extract_text_back", args=[mine.pk, 1]), follow=True
        ).content.decode()
    )


def test_reviewers_are_told_that_no_chance_counts_it(world: Researchers) -> None:
    extract = world.prepared()
    _read_all(world, extract)
    world.prepared(extract)
    review = reverse("releases:extract_review", args=[extract.pk])
    page = _client(world.reviewers[0]).get(review).content.decode()
    assert "risk estimates below do not cover free text" in page
    assert "Free text, reviewed and de-identified by a person" in page
    overview = reverse("releases:extract_texts", args=[extract.pk])
    assert "included in the extract" in _client(world.manager).get(overview).content.decode()
