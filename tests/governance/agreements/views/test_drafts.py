"""The pages: writing with the findings beside it, without and with a script; reading; signing."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.confirmation_page import check_asks_first
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements.actions import draft_lifecycle
from cairn.governance.agreements.models import Agreement, Draft, PaperSignature, Signature
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_draft_for_a_partner_is_complete_from_the_start(
    writing: Writing, browser: Browser
) -> None:
    manager = browser(writing.manager)
    form = manager.get("/agreements/drafts/begin/?partner=elm").context["form"]
    assert form["reference"].initial == "DSA-ELM"
    given = {name: form[name].initial for name in form.fields if form[name].initial}
    given = {name: getattr(value, "slug", value) for name, value in given.items()}
    answer = manager.post("/agreements/drafts/begin/", given | {"organization": "hub"})
    draft = Draft.objects.get()
    assert answer.url == f"/agreements/drafts/{draft.pk}/steps/criteria/"
    page = text(manager.get(answer.url))
    assert "answer the questions about the legal basis" in page
    assert '<option value="Designation">Designation: The Provider designates' in page
    assert "Submit for counsel review" in text(manager.get(f"/agreements/drafts/{draft.pk}/"))
    again = manager.get("/agreements/drafts/begin/?partner=elm").context["form"]
    assert again["reference"].initial == "DSA-ELM-2"


def test_a_program_shares_by_consent_and_an_unknown_partner_suggests_nothing(
    writing: Writing, browser: Browser
) -> None:
    Organization.objects.create(slug="club", name="Club", kind="community_program")
    manager = browser(writing.manager)
    form = manager.get("/agreements/drafts/begin/?partner=club").context["form"]
    assert form["source"].initial == "template:05-data-sharing-consent"
    assert not form["program_operator"].initial
    unknown = manager.get("/agreements/drafts/begin/?partner=nowhere").context["form"]
    assert unknown.initial == {}


@pytest.mark.parametrize(
    "wrong", [{"partner": "hub"}, {"starts": "2026-02-01", "ends": "2026-01-31"}]
)
def test_a_start_that_cannot_be_is_refused(
    writing: Writing, browser: Browser, wrong: dict[str, str]
) -> None:
    given = {"organization": "hub", "source": "template:01-memorandum"}
    given |= {"reference": "N-1", "title": "Sharing"} | wrong
    answer = browser(writing.manager).post("/agreements/drafts/begin/", given)
    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_a_draft_without_an_end_is_not_submitted(writing: Writing, browser: Browser) -> None:
    """Signed like this it would never be in force."""
    draft = writing.begin(DRAFT.replace("ends = 2031-06-30\n", ""))
    page = text(browser(writing.manager).get(f"/agreements/drafts/{draft.pk}/"))
    assert "“ends” is missing" in page
    with pytest.raises(Refused):
        draft_lifecycle.submit_draft_to_counsel(draft=draft, by=writing.manager, at=now())


def test_the_whole_way_on_pages(writing: Writing, browser: Browser) -> None:
    manager, counsel, steward = (
        browser(writing.manager),
        browser(writing.counsel),
        browser(writing.steward),
    )
    begun = manager.post(
        "/agreements/drafts/begin/",
        {
            "organization": "hub",
            "source": "template:02-data-sharing-audit-evaluation",
            "reference": "N-1",
            "title": "Sharing",
        },
    )
    draft = Draft.objects.get()
    assert begun.url == f"/agreements/drafts/{draft.pk}/steps/parties/"
    page = text(manager.get(begun.url))
    assert "Missing here" in page
    assert "“starts” is missing" in page
    assert "(no name yet)" in text(manager.get(f"/agreements/drafts/{draft.pk}/"))
    by_hand = manager.post(f"/agreements/drafts/{draft.pk}/text/", {"text": DRAFT})
    assert by_hand.status_code == 302
    at = f"/agreements/drafts/{draft.pk}/"
    assert "Submit for counsel review" in text(manager.get(at))
    assert manager.post(f"{at}submit/").status_code == 302
    assert "Required: this party provides data" in text(counsel.get(at))
    assert "Approve for signature" in text(counsel.get(f"{at}review/"))
    page = text(counsel.get(f"{at}review/"))
    assert "Does a clause designate the recipient as authorized representative?" in page
    assert "34 CFR 99.35(a)(3)(i)" in page
    confirm = {"do": "confirm", "organization": "elm"}
    assert counsel.post(f"{at}review/", confirm).status_code == 422
    keys = ["designation", "activity", "education_program", "destruction", "policies"]
    keys.append("program_operator")
    counsel.post(f"{at}review/", {**confirm, "criteria": keys})
    assert "Counsel, " in text(counsel.get(at))
    counsel.post(f"{at}review/", {"do": "clear", "organization": "elm"})
    assert "Reviewed by Counsel" in text(manager.get(at))
    manager.post(f"{at}send-out/")
    page = text(steward.get(f"{at}sign/"))
    assert "shall destroy Student Data no later than 365 days (1 year)" in page
    digest = page.split('name="digest" value="')[1].split('"')[0]
    sent = {"do": "sign", "organization": "elm", "digest": digest, "capacity": "Superintendent"}
    wrong = steward.post(f"{at}sign/", {**sent, "name": "Somebody Else"})
    assert wrong.status_code == 422
    assert "Type the name in your account: Steward" in text(wrong)
    assert steward.post(f"{at}sign/", {**sent, "name": "steward "}).url == at
    last = {**sent, "organization": "hub", "name": "Data Manager"}
    assert manager.post(f"{at}sign/", last).url == "/agreements/N-1/"
    assert "This agreement is in force today" in text(steward.get("/agreements/N-1/"))
    assert "Signed in a demonstration, without two-step sign-in" in text(
        steward.get("/agreements/N-1/")
    )


def send_safeguards(**changes: str) -> dict[str, str]:
    """The safeguards of the draft as its step would send them."""
    sent = {
        "retention-0-period_days": "365",
        "retention-0-counted_from": "delivery",
        "retention-0-method": "erasure of every copy",
        "retention-0-clause": "9",
        "disclosure-0-minimum_cell": "10",
        "delivery-0-channels": "upload",
    }
    return {**sent, **{key.replace("__", "-0-"): value for key, value in changes.items()}}


def test_a_step_is_kept_as_it_is_written_and_findings_follow(
    writing: Writing, browser: Browser
) -> None:
    draft = writing.begin(DRAFT.replace("period_days = 365\n", ""))
    client, at = browser(writing.manager), f"/agreements/drafts/{draft.pk}/steps/safeguards/"
    assert "R13.8" in text(client.get(at))
    part = client.post(at, send_safeguards(), headers={"hx-request": "true"})
    assert 'id="beside"' in text(part)
    assert "<html" not in text(part)
    assert "Saved as version 2." in text(part)
    assert "R13.8" not in text(part)
    draft.refresh_from_db()
    assert "period_days = 365" in draft.text
    wrong = client.post(at, send_safeguards(retention__period_days="soon"))
    assert wrong.status_code == 422
    assert client.get(f"/agreements/drafts/{draft.pk}/steps/nothing/").status_code == 404


def test_a_finding_names_the_field_on_the_page_and_the_key_beside_the_text(
    writing: Writing, browser: Browser
) -> None:
    draft = writing.begin(DRAFT.replace("period_days = 365\n", ""))
    client, at = browser(writing.manager), f"/agreements/drafts/{draft.pk}/"
    page = text(client.get(f"{at}steps/safeguards/"))
    assert "“Period days” in “Retention”" in page
    assert f'href="{at}steps/safeguards/">Step: Access, retention and security</a>' in page
    assert "[retention]" not in page
    assert "Enter period_days under [retention]." in text(client.get(f"{at}text/"))


def test_one_of_many_is_added_changed_and_removed(writing: Writing, browser: Browser) -> None:
    draft = writing.begin()
    client, at = browser(writing.manager), f"/agreements/drafts/{draft.pk}/steps/clauses/"
    page = text(client.get(at))
    assert "Other clauses, number 1" in page
    assert "Add another" in page
    row = {
        "clauses-0-ref": "2",
        "clauses-0-kind": "legal_basis",
        "clauses-0-said": "The hub evaluates grade 3.",
        "clauses-1-ref": "31",
        "clauses-1-kind": "breach_notice",
        "clauses-1-said": "shall notify the provider",
        "clauses-rows": "2",
    }
    client.post(at, row)
    draft.refresh_from_db()
    assert "The hub evaluates grade 3." in draft.text
    assert 'ref = "31"' in draft.text
    removed = client.post(
        at, {**row, "clauses-1-remove_this": "on"}, headers={"hx-request": "true"}
    )
    assert removed["HX-Refresh"] == "true"
    draft.refresh_from_db()
    assert 'ref = "31"' not in draft.text
    changes = text(client.get(f"/agreements/drafts/{draft.pk}/versions/"))
    assert "Changes from version 2 to version 3" in changes
    client.post(f"/agreements/drafts/{draft.pk}/versions/1/restore/")
    draft.refresh_from_db()
    assert draft.text == DRAFT
    assert client.post(f"/agreements/drafts/{draft.pk}/versions/99/restore/").status_code == 404


def test_the_basis_asks_for_its_criteria(writing: Writing, browser: Browser) -> None:
    draft = writing.begin(DRAFT.replace('basis = "audit_evaluation"', 'basis = "studies"'))
    client, at = browser(writing.manager), f"/agreements/drafts/{draft.pk}/steps/criteria/"
    sent = {
        "legal_basis-0-clause": "4",
        "legal_basis-0-criterion_scope_value": "stated",
        "legal_basis-0-criterion_scope_clause": "2",
        "legal_basis-0-criterion_scope_quotation": "The hub evaluates",
        "legal_basis-0-criterion_destruction_value": "2 years",
    }
    client.post(at, sent)
    draft.refresh_from_db()
    scope = '[legal_basis.criteria.scope]\nvalue = "stated"\nclause = "2"\nquotation = "The hub'
    assert scope in draft.text
    assert '[legal_basis.criteria.destruction]\nvalue = "2 years"' in draft.text
    page = text(client.get(at))
    assert "Within which time must the records be destroyed?" in page
    assert '<option value="2" selected>2: The hub evaluates kindergarten' in page


def test_a_text_by_hand_that_cannot_be_kept_says_why(writing: Writing, browser: Browser) -> None:
    draft = writing.begin()
    client, at = browser(writing.manager), f"/agreements/drafts/{draft.pk}/text/"
    wrong = client.post(at, {"text": "reference = "})
    assert wrong.status_code == 422
    assert "not TOML" in text(wrong)
    draft.refresh_from_db()
    assert draft.version == 1


def test_counsel_overrides_returns_and_a_steward_attests(
    writing: Writing, browser: Browser
) -> None:
    own = DRAFT.replace('{ value = "elm" }', '{ value = "hub" }')
    draft = writing.with_counsel(own)
    at = f"/agreements/drafts/{draft.pk}/review/"
    counsel, steward = browser(writing.counsel), browser(writing.steward)
    assert "Accept a legal finding" in text(counsel.get(at))
    say = {"do": "override", "organization": "elm", "finding": "R14"}
    assert counsel.post(at, say).status_code == 422
    assert counsel.post(at, {**say, "reason": "an outside firm does it"}).status_code == 302
    assert "an outside firm does it" in text(counsel.get(at))
    tomorrow = {"do": "attest", "organization": "elm", "counsel": "R. Vance", "on": "2999-01-01"}
    assert "not in the future" in text(steward.post(at, tomorrow))
    assert steward.post(at, {**tomorrow, "on": "2026-11-02"}).status_code == 302
    assert counsel.post(at, {"do": "return", "organization": "nobody"}).status_code == 404
    back = {"do": "return", "organization": "elm", "why": "name the backups"}
    assert counsel.post(at, back).status_code == 302
    draft.refresh_from_db()
    assert draft.returned_why == "name the backups"


def _find_link(page: Any) -> str:
    """The path of the one-time link that a page shows."""
    return str(text(page).split('readonly value="http://testserver')[1].split('"')[0])


def test_a_signer_denies_a_paper_signature_and_a_changed_text_is_not_confirmed(
    writing: Writing, browser: Browser
) -> None:
    draft = writing.out()
    at, manager = f"/agreements/drafts/{draft.pk}/sign/", browser(writing.manager)
    digest = text(manager.get(at)).split('name="digest" value="')[1].split('"')[0]

    def record() -> str:
        page = SimpleUploadedFile("page.pdf", b"%PDF-1.7")
        paper = {"do": "attest", "organization": "elm", "digest": digest, "name": "M. Okafor"}
        more = {"capacity": "Superintendent", "on": "2026-11-02", "page": page}
        return _find_link(manager.post(at, paper | more))

    link, signer = record(), Client()
    assert "was removed" in text(signer.post(link, {"answer": "no"}, follow=True))
    assert not PaperSignature.objects.exists()
    link = record()
    PaperSignature.objects.update(digest="0" * 64)
    assert signer.post(link, {"answer": "yes"}).status_code == 403
    PaperSignature.objects.update(expires_on="2020-01-01")
    ended = signer.get(link)
    assert ended.status_code == 403
    assert "This link has ended" in text(ended)
    assert "Ask the person who sent it for a new link." in text(ended)
    assert "Sign in</a>" not in text(ended).split("<main")[1]
    assert not Signature.objects.exists()


def test_the_link_of_a_paper_goes_to_its_signer_by_email(
    writing: Writing, browser: Browser, settings: Any
) -> None:
    draft = writing.out()
    at, manager = f"/agreements/drafts/{draft.pk}/sign/", browser(writing.manager)
    assert "Email of the signer" not in text(manager.get(at))
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    digest = text(manager.get(at)).split('name="digest" value="')[1].split('"')[0]

    def record(address: str) -> Any:
        page = SimpleUploadedFile("page.pdf", b"%PDF-1.7")
        paper = {"do": "attest", "organization": "elm", "digest": digest, "name": "M. Okafor"}
        more = {"capacity": "Head", "on": "2026-11-02", "page": page, "email": address}
        return manager.post(at, paper | more)

    own = record(writing.manager.email)
    assert (own.status_code, "your own address" in text(own)) == (422, True)
    shown = text(record("okafor@elm.example"))
    assert "Cairn emails the link to okafor@elm.example." in shown
    assert "Link for the signer" not in shown
    (message,) = mail.outbox
    link = message.body.split("http://testserver")[1].split()[0]
    assert "Did you sign this?" in text(Client().get(link))


def test_a_paper_and_a_refusal_to_sign(writing: Writing, browser: Browser) -> None:
    draft = writing.out()
    at, manager = f"/agreements/drafts/{draft.pk}/sign/", browser(writing.manager)
    digest = text(manager.get(at)).split('name="digest" value="')[1].split('"')[0]
    paper = {
        "do": "attest",
        "organization": "elm",
        "digest": "of another text",
        "name": "Marisol Okafor",
        "capacity": "Superintendent",
        "on": "2026-11-02",
    }

    def scan(content: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("page.pdf", content)

    changed = manager.post(at, {**paper, "page": scan(b"%PDF-1.7")}, follow=True)
    assert "changed while you read it" in text(changed)
    paper["digest"] = digest
    assert "This field is required." in text(manager.post(at, paper))
    for content, problem in ((b"MZ", "Choose a PDF"), (b"%PDF-" + bytes(5_000_000), "5 MB")):
        assert problem in text(manager.post(at, {**paper, "page": scan(content)}))
    lost = _find_link(manager.post(at, {**paper, "page": scan(b"%PDF-1.7 first")}))
    link = _find_link(manager.post(at, {**paper, "page": scan(b"%PDF-1.7 signed")}))
    assert "Waits for Marisol Okafor" in text(manager.get(f"/agreements/drafts/{draft.pk}/"))
    signer = Client()
    replaced = signer.get(lost)
    assert (replaced.status_code, "a newer link replaced it" in text(replaced)) == (404, True)
    assert "Did you sign this?" in text(signer.get(link))
    assert signer.get(f"{link}page/").content == b"%PDF-1.7 signed"
    assert signer.post(link).status_code == 422
    assert manager.post(link, {"answer": "yes"}).status_code == 403
    confirmed = signer.post(link, {"answer": "yes"}, follow=True)
    assert "Your signature is confirmed." in text(confirmed)
    assert signer.post(link, {"answer": "yes"}).status_code == 404
    page = text(manager.get(f"/agreements/drafts/{draft.pk}/"))
    assert "attested by Data Manager" in page
    assert "Open the scan" in page
    saved = manager.get(f"/agreements/signatures/{Signature.objects.get().pk}/page/")
    assert (saved.content, saved["Content-Type"]) == (b"%PDF-1.7 signed", "application/pdf")
    assert browser(Role.STEWARD, at="oak").get(saved.request["PATH_INFO"]).status_code == 403
    assert manager.get("/agreements/signatures/0/page/").status_code == 404
    declined = {"do": "decline", "organization": "hub", "digest": digest, "why": "not this year"}
    manager.post(at, declined)
    draft.refresh_from_db()
    assert (draft.state, draft.returned_why) == ("draft", "not this year")


def test_seventeen_from_one_and_what_differs(
    writing: Writing, browser: Browser, organization: Callable[..., Organization]
) -> None:
    row = writing.signed()
    slugs = [f"d-{n}" for n in range(17)]
    for slug in slugs:
        organization(slug, kind=OrganizationKind.SCHOOL_DISTRICT)
    client = browser(writing.manager)
    sent = {
        "organization": "hub",
        "source": f"like:{row.reference}",
        "pattern": "DSA-{partner}",
        "name": "Data sharing",
        "partners": slugs,
    }
    itself = client.post("/agreements/drafts/begin-many/", sent | {"partners": [*slugs, "hub"]})
    assert "Remove it from the partners" in text(itself)
    preview = text(client.post("/agreements/drafts/begin-many/", sent))
    assert "17 drafts from N-1" in preview
    assert "DSA-D-16" in preview
    assert not Draft.objects.filter(batch__gt="").exists()
    client.post("/agreements/drafts/begin-many/", {**sent, "confirm": "yes"})
    drafts = Draft.objects.filter(batch__gt="")
    assert drafts.count() == 17
    one = drafts.get(reference="DSA-D-3")
    assert 'organization = "d-3"' in one.text
    assert '[legal_basis.criteria.program_operator]\nvalue = "d-3"' in one.text
    assert "confirmed_by" not in one.text
    assert "elm" not in one.text.lower()
    pipeline = text(client.get("/agreements/drafts/"))
    assert pipeline.count("DSA-D-") >= 17
    again = client.post("/agreements/drafts/begin-many/", {**sent, "confirm": "yes"})
    assert again.status_code == 422
    assert Draft.objects.filter(batch__gt="").count() == 17


def test_files_of_a_draft_and_of_an_agreement(writing: Writing, browser: Browser) -> None:
    draft = writing.begin()
    client = browser(writing.manager)
    whole = client.get(f"/agreements/drafts/{draft.pk}/file/word/")
    assert whole["Content-Disposition"] == 'attachment; filename="N-1.docx"'
    with zipfile.ZipFile(io.BytesIO(whole.content)) as held:
        said = held.read("word/document.xml").decode()
    assert "not legal advice" in said
    assert "not ready for signature" in said
    assert client.get(f"/agreements/drafts/{draft.pk}/file/pdf/").content.startswith(b"%PDF")
    draft_lifecycle.set_draft_aside(draft=draft, why="anew", by=writing.manager, at=now())
    writing.signed()
    assert client.get("/agreements/N-1/file/toml/").content.decode() == DRAFT
    assert client.get("/agreements/N-1/file/odrl/").json()["@type"] == "Agreement"
    assert client.get("/agreements/N-1/file/ndpa/").json()["agreement"] == "N-1"
    assert client.get("/agreements/N-1/file/cave-painting/").status_code == 404
    assert client.get("/agreements/nobody/file/pdf/").status_code == 404


def test_what_follows_a_signed_agreement(
    writing: Writing, browser: Browser, person: Callable[..., User]
) -> None:
    writing.signed()
    steward = browser(writing.steward)
    page = text(steward.get("/agreements/N-1/"))
    assert "Draft next version" in page
    assert "Give notice of termination" in page
    begun = steward.post("/agreements/N-1/amend/", {"organization": "elm"})
    draft = Draft.objects.get(agreement__reference="N-1", state="draft")
    assert begun.url == f"/agreements/drafts/{draft.pk}/steps/parties/"
    again = steward.post("/agreements/N-1/amend/", {"organization": "elm"}, follow=True)
    assert "Another open draft" in text(again)
    oak = browser(person(Role.DATA_MANAGER, at="oak", kind=OrganizationKind.BACKBONE))
    oak.post("/agreements/N-1/join/", {"organization": "oak"})
    assert Draft.objects.filter(reference="N-1-J-oak").exists()
    assert "If you give notice today" in text(steward.get("/agreements/N-1/terminate/"))
    notice = {"organization": "elm", "from_day": "2026-01-01", "why": "we move on"}
    assert steward.post("/agreements/N-1/terminate/", notice).status_code == 403
    steward.post("/agreements/N-1/terminate/", {**notice, "from_day": "2999-01-01"})
    assert Agreement.objects.get().state == "terminated"
    assert "Withdraw notice" in text(steward.get("/agreements/N-1/"))
    steward.post("/agreements/N-1/take-back-notice/", {"organization": "elm"})
    assert Agreement.objects.get().state == "signed"
    assert browser(writing.manager).post("/agreements/N-1/begin-closing/").status_code == 403


def test_closing_out_asks_first(
    writing: Writing, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.signed(DRAFT.replace("ends = 2031-06-30", "ends = 2026-01-31"))
    manager, at = browser(writing.manager), "/agreements/N-1/begin-closing/"
    check_asks_first(manager, at, r"Start closeout of N-1\?", "Elm School District, The Hub")
    assert Agreement.objects.get().state == "signed"
    manager.post(at)
    assert Agreement.objects.get().state == "closing"


def test_setting_aside_asks_first(writing: Writing, browser: Browser) -> None:
    draft = writing.begin()
    client, at = browser(writing.manager), f"/agreements/drafts/{draft.pk}/set-aside/"
    assert "Archive N-1?" in text(client.get(at))
    assert client.post(at, {}).status_code == 422
    client.post(at, {"why": "we begin anew"})
    draft.refresh_from_db()
    assert draft.state == "closed"


def test_empty_pages_say_what_to_do(writing: Writing, browser: Browser) -> None:
    client = browser(writing.manager)
    assert "No drafts yet" in text(client.get("/agreements/drafts/"))
    assert client.get("/agreements/drafts/404/").status_code == 404
    assert client.post("/agreements/drafts/begin/", {}).status_code == 422
