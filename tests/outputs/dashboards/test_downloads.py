"""What readers take along: every number as a file, and one figure for a page of their own."""

import csv
import hashlib
import json
import re
import zlib
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from python_calamine import CalamineWorkbook
from tests.outputs.releases.community import AT, CANARY, Community

from cairn.outputs.releases.actions import drafts, review_and_publication
from cairn.platform.storage.api import open_file_store
from cairn.warehouse.readers import read_file
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]
PAGE = "/public/chronic_absence"
EMBED = f"{PAGE}/embed/schools/"
LETTER_POINTS_HIGH = 792
FORMS = ("csv", "xlsx", "json", "zip", "dta", "sav", "pdf")


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


def download(form: str) -> bytes:
    response = Client().get(f"{PAGE}.{form}")
    assert response.status_code == 200, form
    assert f'filename="chronic_absence.{form}"' in response["Content-Disposition"]
    return response.content


def written_in(pdf: bytes) -> str:
    """What stands on the pages of a PDF in its built-in letters."""
    parts = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    opened = (zlib.decompress(part) for part in parts if part[:1] == b"x")
    return "\n".join(part.decode("latin-1") for part in opened)


def test_on_paper_it_says_the_same(community: Community) -> None:
    community.published()
    pdf = download("pdf")
    said = written_in(pdf)
    for word in ("Chronic absence", "63%", "A hard winter.", "Drake", "suppressed", "1,237", "Oak"):
        assert word in said, word
    assert pdf.startswith(b"%PDF")
    assert download("pdf") == pdf
    assert str(CANARY) not in said
    assert f"{CANARY:,}" not in said


def test_letters_beyond_the_built_in_ones_are_on_paper_too(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = community.published()
    release.story = "Łódź"
    release.save(update_fields=["story"])
    assert download("pdf").startswith(b"%PDF")
    monkeypatch.setattr("cairn.governance.agreements.api.find_font_files", lambda: None)
    assert "?\xf3d?" in written_in(download("pdf"))


def test_a_drawing_taller_than_the_paper_is_whole_on_one_sheet(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    community.published()
    tall = '<svg xmlns=\'http://www.w3.org/2000/svg\' width="400" height="3000"></svg>'
    monkeypatch.setattr(
        "cairn.outputs.dashboards.downloads.pdf.draw_figure_chart", lambda *_about: tall
    )
    drawn = re.findall(r"q ([\d.]+) 0 0 ([\d.]+) ([\d.]+) ([\d.]+) cm", written_in(download("pdf")))
    assert drawn
    for wide, high, _left, below in (map(float, one) for one in drawn):
        assert wide / high == pytest.approx(400 / 3000, rel=0.01)
        assert 0 < below < below + high < LETTER_POINTS_HIGH


def test_a_correction_says_so_on_paper(community: Community) -> None:
    first = community.published()
    made = drafts.begin_release_correction(
        release=first, what_changed="Cork was late.", by=community.author, at=AT
    )
    community.carried(made)
    assert "Cork was late." in written_in(download("pdf"))


def test_every_file_holds_the_same_numbers(community: Community) -> None:
    community.published()
    written = list(csv.DictReader(StringIO(download("csv").decode())))
    sheet = CalamineWorkbook.from_filelike(BytesIO(download("xlsx"))).get_sheet_by_index(0)
    head, *rows = sheet.to_python(skip_empty_area=False)
    inline = json.loads(download("json"))["resources"][0]["data"]
    assert ",".join(head) == (
        "outcome,school_year,district,school,race_ethnicity,gender,children,numerator,percent,"
        "withheld,as_of"
    )
    assert len(written) == len(rows) == len(inline)
    for form in ("dta", "sav"):
        (labeled,) = read_file(f"chronic_absence.{form}", download(form))
        for name in ("school", "numerator", "withheld", "as_of"):
            cells = labeled.table.column(name).to_pylist()
            assert [cell or "" for cell in cells] == [row[name] for row in written], form
    for by_name, row, told in zip(written, rows, inline, strict=True):
        assert told["school"] == by_name["school"] == row[3]
        for name, place in (("children", 6), ("numerator", 7), ("percent", 8)):
            said = by_name[name] or None
            assert told[name] == (None if said is None else float(said))
            assert (row[place] or None) == told[name]


def test_a_data_package_says_everything_of_its_table(community: Community) -> None:
    community.published()
    content = download("zip")
    archive = ZipFile(BytesIO(content))
    package = json.loads(archive.read("datapackage.json"))
    resource = package["resources"][0]
    table = archive.read(resource["path"])
    assert sorted(archive.namelist()) == ["chronic_absence.csv", "datapackage.json"]
    assert resource["bytes"] == len(table)
    assert resource["hash"] == f"sha256:{hashlib.sha256(table).hexdigest()}"
    head = table.decode().splitlines()[0].split(",")
    assert [field["name"] for field in resource["schema"]["fields"]] == head
    assert set(resource["schema"]["primaryKey"]) < set(head)
    assert package["$schema"].endswith("/profiles/2.0/datapackage.json")
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert package["homepage"] == f"http://testserver{PAGE}/"
    assert package["version"] == "2026.3.2"
    assert package["created"].startswith("2026-03-02T")
    assert package["asOf"] == "2026-03-02"
    assert {s["title"] for s in package["sources"]} == {"Elm", "Oak"}
    assert {s["version"] for s in package["sources"]} == {"DSA-elm", "DSA-oak"}
    assert package["withheld"]["groups"] > 0
    assert "fewer than 10 children" in package["rules"][0]
    assert "A hard winter." in package["description"]
    assert "34 CFR 99.31(a)(6)" in package["lineage"]["legalBases"][0]
    assert download("zip") == content


NO_FEW_OTHERS = "a district could subtract its own children"
TRIED = "each of 2 districts"


def test_every_way_to_take_them_along_says_that_no_few_others_can_be_worked_out(
    community: Community,
) -> None:
    release = community.published()
    book = CalamineWorkbook.from_filelike(BytesIO(download("xlsx")))
    assert book.sheet_names == ["chronic_absence", "Notes"]
    notes = {heading: said for heading, said, *_ in book.get_sheet_by_name("Notes").to_python()}
    package = json.loads(download("json"))
    page = " ".join(Client().get(f"{PAGE}/").content.decode().split())
    for said in (notes["Suppressed"], package["rules"][0], page):
        assert NO_FEW_OTHERS in said
        assert TRIED in said
    assert notes["Agreements"] == "Agreement with Elm, Agreement with Oak"
    assert package["lineage"]["districtsThatTried"] == 2
    paper = " ".join(re.findall(r"\((.*?)\) Tj", written_in(download("pdf"))))
    assert TRIED in paper
    spanish = Client().get(f"{PAGE}/", headers={"accept-language": "es"}).content.decode()
    assert "cada uno de los 2 distritos" in spanish
    assert "tested for" not in spanish
    manifest = open_file_store().manifest(FileRef.parse(release.released))
    assert manifest.note["districts_that_tried"] == "2"


def test_what_was_checked_before_anybody_tried_does_not_say_so(community: Community) -> None:
    release = community.published()
    for part in release.certificate:
        del part["contributors"]
    release.save()
    package = json.loads(download("json"))
    assert NO_FEW_OTHERS not in package["rules"][0]
    assert "fewer than 10 children" in package["rules"][0]
    assert package["lineage"]["districtsThatTried"] is None


def test_the_license_is_the_one_that_the_partnership_names(
    community: Community, settings: Settings
) -> None:
    community.published()
    package = json.loads(download("json"))
    assert "licenses" not in package
    assert "No license is specified" in package["description"]
    settings.CAIRN_LICENSE = "CC-BY-4.0"
    package = json.loads(download("json"))
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    assert "No license is specified" not in package["description"]


def test_no_withheld_number_is_in_a_file(community: Community) -> None:
    community.published()
    opened = ZipFile(BytesIO(download("xlsx"))).read("xl/worksheets/sheet1.xml")
    packed = ZipFile(BytesIO(download("zip")))
    for content in (
        download("csv"),
        opened,
        download("json"),
        *(packed.read(name) for name in packed.namelist()),
        Client().get(EMBED).content,
    ):
        assert str(CANARY).encode() not in content


def test_a_form_that_nobody_writes_is_not_there(community: Community) -> None:
    community.published()
    assert Client().get(f"{PAGE}.exe").status_code == 404
    assert Client().get("/public/nothing_of_the_kind.csv").status_code == 404


def test_a_figure_stands_in_a_page_of_somebody_else(community: Community) -> None:
    community.published()
    response = Client().get(EMBED)
    page = response.content.decode()
    for said in (
        "Chronic absence: By school",
        "63%",
        "Data from Elm, Oak.",
        "As of",
        "suppressed",
        f'href="http://testserver{PAGE}/" target="_top"',
    ):
        assert said in page, said
    assert "<script" not in page
    assert "<form" not in page
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert EMBED in Client().get(f"{PAGE}/").content.decode()


def test_no_other_page_may_be_framed(community: Community) -> None:
    community.published()
    for address in (f"{PAGE}/", f"{PAGE}.csv", "/public/"):
        response = Client().get(address)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_what_was_withdrawn_is_in_no_file_and_no_frame(community: Community) -> None:
    release = community.published()
    review_and_publication.withdraw_release(
        release=release, reason="A wrong file.", by=community.manager, at=AT
    )
    for form in FORMS:
        assert Client().get(f"{PAGE}.{form}").status_code == 404
    response = Client().get(EMBED)
    assert response.status_code == 410
    assert "A wrong file." in response.content.decode()
    assert "63%" not in response.content.decode()
    assert "frame-ancestors *" in response["Content-Security-Policy"]


def test_a_figure_that_is_not_there_is_not_framed(community: Community) -> None:
    community.published()
    # One year alone makes no trend, and there is nothing of an outcome that nobody published.
    for address in (f"{PAGE}/embed/trend/", "/public/middle_grade_math/embed/schools/"):
        assert Client().get(address).status_code == 404
    assert Client().get("/public/nothing_of_the_kind/embed/schools/").status_code == 404
