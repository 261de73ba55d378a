"""Each shipped layout: its file gives students, results and met, and nothing is lost in silence.

The expected counts come from the files themselves, by a second, simpler reading with `csv`.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.layouts import LayoutMark, find_layout, load_layouts
from cairn.warehouse.layouts import parse_layout as read_layout
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_store import FileStore

Permits = Callable[..., Permit]
Row = dict[str, str]


@dataclass(frozen=True)
class _Case:
    """How to count a file: `result` names a result in its first group, and `met` judges one."""

    layout: str
    file: str
    student: str
    result: str
    met: Callable[[Row, str], str]
    skip: int = 0


def _by_level(heading: str, yes: str, no: str) -> Callable[[Row, str], str]:
    """Judge by the cell of this heading; each text is a list of levels, divided by |."""

    def judge(row: Row, result: str) -> str:
        level = row.get(heading.replace("*", result), "").strip()
        return "yes" if level in yes.split("|") else "no" if level in no.split("|") else ""

    return judge


def _by_score(cuts: dict[str, float], heading: str = "*") -> Callable[[Row, str], str]:
    def judge(row: Row, result: str) -> str:
        if result not in cuts:
            return ""
        return "yes" if float(row[heading.replace("*", result)]) >= cuts[result] else "no"

    return judge


def _judge_sat(row: Row, result: str) -> str:
    own = {"LATEST_SAT_EBRW": "EBRW", "LATEST_SAT_MATH_SECTION": "MATH"}.get(result)
    if own:
        return {"Y": "yes", "N": "no"}[row[f"{own}_CCR_BENCHMARK"]]
    section = result.partition("_SAT_")[2]
    return _by_score({result: {"EBRW": 480, "MATH_SECTION": 530}[section]})(row, result)


_RISK = ("lowRisk|AD", "someRisk|highRisk")
_FASTBRIDGE = "FastBridge_CBMreading/data/sample_anonymized_file_fastbridge_"
_PLACEMENT = _by_level(
    "* Relative Placement",
    "Mid or Above Grade Level|Early On Grade Level",
    "1 Grade Level Below|2 Grade Levels Below|3 or More Grade Levels Below",
)
_PALS = {
    "NAMEWRI": 5, "ALPHA_UC": 12, "ALPHA_LC": 9, "LETTERSND": 4, "BEGSOUND": 5, "PRNTWORD": 7,
    "RHYME": 5, "NURRHYME": 6,
}  # fmt: skip
_ACT = {"Eng": 18, "Mth": 22, "Rdg": 22, "Sci": 23, "STEM": 26, "ELA": 20}
_PSAT_RESULT = "^LATEST_PSAT_(TOTAL|EBRW|MATH)(?:_SECTION)?$"
_PSAT_MET = _by_level("*_CCR_BENCHMARK", "Y", "N")

_CASES = [
    _Case("access", "ACCESS/data/2021_to_2025_sample_anonymized_file_ACCESS.csv",
          "District Student ID", "^Scale Score - (.*)$",
          _by_score({"Overall": 4, "Literacy": 4}, "Proficiency Level - *")),
    _Case("act", "ACT/data/sample_anonymized_file.csv", "ID_Local",
          "^(Composite|Eng|Mth|Rdg|Sci|STEM|ELA|Writing)$", _by_score(dict(_ACT))),
    _Case("ap", "AP/data/SAMPLE_AP_2324.csv", "Last Name", r"^Exam Code (\d\d)$",
          _by_level("Exam Grade *", "3|4|5", "1|2")),
    _Case("basc3_bess", "BASC3_BESS/data/sample_anonymized_file.csv", "Student Number",
          "^(BERI|[EIAPS]RI)$",
          _by_level("* Risk", "Normal|Normal Risk", "Elevated|Elevated Risk")),
    _Case("circle", "CIRCLE/data/sample_anonymized_file.csv", "Local_Student ID",
          r"^(RLN_v1|RLNA_spa_v1|(?:PA|Letter_Sound|Story_Retell_Comp|Early_Writing)"
          r"(?:_spa)?_v\d(?:_[A-Za-z-]+(?:_I)?(?:_spa)?_v2)?)$",
          _by_level("CP_*", "On Track", "Monitor|Needs Support"), skip=2),
    _Case("cogat", "CogAT/data/sample_anonymized_file.csv", "Student ID",
          r"^Standard Age Score \(SAS\) ([VQN]+)$",
          _by_level("Age Stanine (AS) *", "4|5|6|7|8|9", "1|2|3")),
    _Case("dibels_8", "Dibels_8_Benchmark/data/sample_anonymized_file.csv", "Student Primary ID",
          "^(.*) Level$",
          _by_level("* Level", "At Benchmark|Above Benchmark",
                    "Below Benchmark|Well Below Benchmark")),
    _Case("fastbridge_cbmreading", f"{_FASTBRIDGE}cbmreading.csv", "Local ID",
          "^(.*) Risk Level$", _by_level("* Risk Level", *_RISK)),
    _Case("fastbridge_comprehension_question", f"{_FASTBRIDGE}comprehension_question.csv",
          "Local ID", "^(.*) Risk Level$", _by_level("* Risk Level", *_RISK)),
    _Case("fastbridge_comprehension_recall", f"{_FASTBRIDGE}comprehension_recall.csv",
          "Local ID", "^(.*) Risk Level$", _by_level("* Risk Level", *_RISK)),
    _Case("fastbridge_english", "FastBridge_English/data/sample_anonymized_file.csv", "State ID",
          "^(.*) Risk Level$", _by_level("* Risk Level", *_RISK)),
    _Case("gold", "GOLD/data/sample_anonymized_file.csv", "SourceChildID", "^(.*) WHE$",
          _by_level("* WHE", "Meet|Exceed", "Below")),
    _Case("iready_ela", "i-Ready/data/sample_anonymized_file_ela.csv", "Student ID",
          "^(.*) Relative Placement$", _PLACEMENT),
    _Case("iready_math", "i-Ready/data/sample_anonymized_file_math.csv", "Student ID",
          "^(.*) Relative Placement$", _PLACEMENT),
    _Case("kra", "KRA/data/KRA_sample_file_deidentified.csv", "PS_StudentID",
          "^(Overall|SF|LL|MA|PD)Score$",
          lambda row, result: "" if result != "Overall" else _by_level(
              "PerformanceLevelDescriptor", "Demonstrating Readiness",
              "Approaching Readiness|Emerging Readiness")(row, result)),
    _Case("myigdis", "myIGDIs/data/sample_anonymized_file.csv", "Student Id", "^(.*)/Tier$",
          _by_level("*/Tier", "Tier I", "Tier II/III")),
    _Case("pals_prek", "PALS/data/PALS_SAMPLE_data_file.csv", "STD_STI",
          f"^({'|'.join(_PALS)})$", _by_score(dict(_PALS))),
    _Case("psat_10_nmsqt", "PSAT_SAT/data/sample_anonymized_file_psat_10.csv",
          "DISTRICT_STUDENT_ID", _PSAT_RESULT, _PSAT_MET),
    _Case("psat_10_nmsqt", "PSAT_SAT/data/sample_anonymized_file_psat_nmsqt.csv",
          "DISTRICT_STUDENT_ID", _PSAT_RESULT, _PSAT_MET),
    _Case("psat_89", "PSAT_SAT/data/sample_anonymized_file_psat_89.csv",
          "DISTRICT_STUDENT_ID", _PSAT_RESULT, _PSAT_MET),
    _Case("sat", "PSAT_SAT/data/sample_anonymized_file_sat.csv", "DISTRICT_STUDENT_ID",
          r"^((?:LATEST|ADMIN\d)_SAT_(?:TOTAL|EBRW|MATH_SECTION))$",
          lambda row, result: "" if result.endswith("TOTAL") else _judge_sat(row, result)),
    _Case("staar_interim", "STAAR_Interim/data/sample_anonymized_file.csv", "LOCAL-STUDENT-ID",
          "^Total Scale (Score)$",
          lambda row, _: "yes" if int(row["PROBABILITY OF ACHIEVING MEETS GRADE LEVEL"]) >= 50
          else "no"),
    _Case("star_reading", "STAR/data/SR_sample_anonymized_file.csv", "StudentIdentifier",
          "^(ScaledScore)$", _by_level("StateBenchmarkProficient", "Yes", "No")),
    _Case("star_skill_areas", "STAR/data/SR_SkillArea_v1_sample_anonymized_file.csv",
          "StudentIdentifier", "^(SkillAreaMasteryScore)$",
          _by_score({"SkillAreaMasteryScore": 80})),
    _Case("star_standards", "STAR/data/SR_Dashboard_Standards_v2_sample_anonymized_file.csv",
          "StudentIdentifier", "^(StandardPercentMastery)$",
          _by_level("StandardMasteryLevel", "Secure", "Developing|Beginning")),
]  # fmt: skip


def _count_file(path: Path, case: _Case) -> tuple[set[str], Counter[str]]:
    """Return the students of a file's results, and how many results met the standard or not."""
    lines = path.read_text("utf-8-sig").splitlines()[case.skip :]
    students: set[str] = set()
    met: Counter[str] = Counter()
    header, *rows = csv.reader(lines)
    results = {h: match[1] for h in header if (match := re.match(case.result, h.strip()))}
    for cells in rows:
        # The last of two columns of one name wins here; those that a layout reads are unique.
        row = {h: c for h, c in zip(header, cells, strict=True) if h not in ("", "Filler")}
        for heading, result in results.items():
            if row[heading].strip(" -"):
                students.add(row[case.student])
                met[case.met(row, result)] += 1
    return students, met


@pytest.mark.parametrize("case", _CASES, ids=lambda case: Path(case.file).stem + case.layout)
def test_each_export_gives_student_result_and_met(
    case: _Case, real_data: Path, store: FileStore, permit: Permits
) -> None:
    path = real_data / "assessments" / case.file
    sheets = read_file(path.name, path.read_bytes())
    layout = find_layout(sheets[0].header)
    assert layout is not None
    assert (layout.name, layout.mark) == (case.layout, LayoutMark.CONFIRMED)
    landed = land_sheets(store, sheets, layout.mapping, permit=permit(Action.RECEIVE, "assessment"))
    done = conform_landed_file(
        store, landed.ref, layout.mapping, permit=permit(Action.CONFORM, "assessment")
    )
    table = store.read(done.ref)
    students, met = _count_file(path, case)
    person = "family_name" if case.layout == "ap" else layout.mapping.columns[case.student]
    assert {value for value in table[person].to_pylist() if value} == students
    assert Counter(value or "" for value in table["met"].to_pylist()) == met
    assert met["yes"] + met["no"] > 0
    assert all(table["school_year"].to_pylist())
    (sheet,) = done.report.sheets
    assert (sheet.unaccounted, sheet.set_aside, done.report.missing) == (0, 0, ())
    assert len(set(table["record_id"].to_pylist())) == table.num_rows
    unread = {d.name for d in done.report.dropped}
    assert unread | {*layout.mapping.list_read_columns(sheets[0].header)} >= {*sheets[0].header}


def test_a_file_of_fixed_width_is_read_by_its_layout(
    real_data: Path, store: FileStore, permit: Permits
) -> None:
    """The places of the columns are those of the vendor's layout file, counted from 0 there."""
    folder = real_data / "assessments" / "CogAT"
    content = (folder / "data" / "sample_anonymized_file.txt").read_bytes()
    with (folder / "layout" / "cogat_fixed_width.csv").open(encoding="utf-8") as lines:
        places = {
            row["column_name"]: slice(int(row["start_index"]), int(row["end_index"]))
            for row in csv.DictReader(lines)
        }
    mapping = load_layouts()["cogat_fixed_width"].mapping
    sheets = read_file("cogat.txt", content, fixed_width=mapping.fixed_width)
    assert find_layout(sheets[0].header) is load_layouts()["cogat_fixed_width"]
    landed = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, "assessment"))
    done = conform_landed_file(
        store, landed.ref, mapping, permit=permit(Action.CONFORM, "assessment")
    )
    expected = Counter(
        (line[places["Student_ID"]].strip(), float(score), "yes" if level >= "4" else "no")
        for line in content.decode("utf-8-sig").splitlines()
        for name, place in places.items()
        if name.startswith("Standard_Age_Score_SAS__")
        if (score := line[place].strip())
        if (level := line[places[name.replace("Standard_Age_Score_SAS", "Age_Stanine_AS")]])
    )
    table = store.read(done.ref)
    columns = (table[name].to_pylist() for name in ("local_id", "score", "met"))
    assert Counter(zip(*columns, strict=True)) == expected
    assert {key[2] for key in expected} == {"yes", "no"}


_EDFI_NAMES = {"a": "http://ed-fi.org/5.2.0"}


@pytest.mark.parametrize("file", ["StateAssessment", "SAT", "Benchmarks-3rdGradeReading"])
def test_ed_fi_assessments_give_every_score_and_one_level(
    file: str, real_data: Path, store: FileStore, permit: Permits
) -> None:
    content = (real_data / "edfi_grandbend" / f"StudentAssessment-{file}.xml").read_bytes()
    sheets = read_file("StudentAssessment.xml", content)
    (sheet,) = [sheet for sheet in sheets if sheet.name == "StudentAssessment"]
    layout = find_layout(sheet.header)
    assert layout is load_layouts()["edfi_student_assessment"]
    mapping = replace(layout.mapping, sheet=sheet.name)
    landed = land_sheets(store, [sheet], mapping, permit=permit(Action.RECEIVE, "assessment"))
    done = conform_landed_file(
        store, landed.ref, mapping, permit=permit(Action.CONFORM, "assessment")
    )
    met = {"Met Standard": "yes", "Advanced": "yes", "Did Not Meet Standard": "no"}
    expected: Counter[tuple[str | None, ...]] = Counter()
    for one in ET.fromstring(content).iterfind("a:StudentAssessment", _EDFI_NAMES):  # noqa: S314
        student = one.findtext(".//a:StudentUniqueId", None, _EDFI_NAMES)
        level = one.find("a:PerformanceLevel", _EDFI_NAMES)
        of_level = "" if level is None else _read_method(level)
        for score in one.iterfind("a:ScoreResult", _EDFI_NAMES):
            result = "" if level is None or _read_method(score) != of_level else met[
                level.findtext("a:PerformanceLevel", "", _EDFI_NAMES).partition("#")[2]
            ]  # fmt: skip
            number = float(score.findtext("a:Result", "", _EDFI_NAMES))
            expected[student, _read_method(score), str(number), result or None] += 1
    table = store.read(done.ref)
    columns = [table[n].to_pylist() for n in ("local_id", "measure", "score", "met")]
    found = Counter((s, m, str(float(n)), met) for s, m, n, met in zip(*columns, strict=True))
    assert found == expected
    (counts,) = done.report.sheets
    assert (counts.unaccounted, counts.set_aside, done.report.missing) == (0, 0, ())


def _read_method(element: ET.Element) -> str:
    return element.findtext("a:AssessmentReportingMethod", "", _EDFI_NAMES).partition("#")[2]


@pytest.mark.parametrize(
    ("file", "kind", "name"),
    [
        ("StudentDiscipline", "DisciplineAction", "edfi_discipline"),
        ("StudentHealth", "StudentHealth", "edfi_student_health"),
        ("Contact", "StudentContactAssociation", "edfi_contact"),
    ],
)
def test_ed_fi_discipline_health_and_contacts_are_read_whole(
    file: str, kind: str, name: str, real_data: Path, store: FileStore, permit: Permits
) -> None:
    content = (real_data / "edfi_grandbend" / f"{file}.xml").read_bytes()
    sheets = read_file(f"{file}.xml", content)
    (sheet,) = [sheet for sheet in sheets if sheet.name == kind]
    layout = find_layout(sheet.header)
    assert layout is load_layouts()[name]
    mapping = replace(layout.mapping, sheet=kind)
    record = mapping.record
    landed = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, record))
    done = conform_landed_file(store, landed.ref, mapping, permit=permit(Action.CONFORM, record))
    table = store.read(done.ref)
    root = ET.fromstring(content)  # noqa: S314
    if record == "immunization":
        doses = [*root.iterfind(".//a:RequiredImmunization", _EDFI_NAMES)]
        doses += root.iterfind(".//a:AdditionalImmunization", _EDFI_NAMES)
        dated = [dose for dose in doses if dose.find("a:ImmunizationDate", _EDFI_NAMES) is not None]
        assert len(doses) > len(dated) == table.num_rows  # an exemption is no dose
        assert None not in table["date"].to_pylist()
    else:
        assert table.num_rows == len(root.findall(f"a:{kind}", _EDFI_NAMES))
    if record == "contact":
        assert None not in table["guardian_name"].to_pylist()
        assert {"Mother", "Father"} <= {*table["relationship"].to_pylist()}
    if record == "discipline":
        assert {*table["action"].to_pylist()} >= {"in_school_suspension"}
        assert sum(days or 0 for days in table["days"].to_pylist()) > 0
    assert all(sheet.unaccounted == 0 for sheet in done.report.sheets)


def test_ed_fi_contacts_are_joined_by_reference_or_by_their_id() -> None:
    xml = """<InterchangeParent xmlns="http://ed-fi.org/3.3.0">
    <Parent id="P1"><ParentUniqueId>77</ParentUniqueId><Name><FirstName>Ada</FirstName>
    <LastSurname>Ames</LastSurname></Name></Parent>
    <StudentParentAssociation><StudentReference><StudentIdentity><StudentUniqueId>1</StudentUniqueId>
    </StudentIdentity></StudentReference><ParentReference><ParentIdentity><ParentUniqueId>77
    </ParentUniqueId></ParentIdentity></ParentReference><Relation>Mother</Relation>
    </StudentParentAssociation></InterchangeParent>"""
    (sheet,) = [s for s in read_file("p.xml", xml.encode()) if s.name.startswith("StudentParent")]
    assert sheet.sources == ("Parent",)
    assert sheet.table["Contact.Name.LastSurname"].to_pylist() == ["Ames"]


def test_every_vendor_folder_has_a_layout(real_data: Path) -> None:
    folders = {path.name for path in (real_data / "assessments").iterdir() if path.is_dir()}
    assert folders == {case.file.partition("/")[0] for case in _CASES}


def test_layouts_can_be_saved_and_say_whose_ids_they_read() -> None:
    for layout in load_layouts().values():
        assert ColumnMapping.parse(layout.mapping.dump()) == layout.mapping, layout.name
        read_ids = {
            column
            for column, target in layout.mapping.columns.items()
            if target in ("local_id", "state_id")
        }
        assert read_ids <= layout.ids.keys(), layout.name
        assert bool(layout.met_by) is (layout.kind == "assessments"), layout.name


def test_a_college_report_is_read_by_its_layout(
    real_data: Path, store: FileStore, permit: Permits
) -> None:
    (path,) = (real_data / "surveys").glob("*.csv")
    header = path.read_text("utf-8-sig").splitlines()[0]
    values = {
        "Your Unique Identifier": "0012345_", "Record Found Y/N": "Y", "2-year / 4-year": "2",
        "Public / Private": "Public", "Enrollment Status": "H", "Graduated?": "N",
        "Enrollment Begin": "20240826", "College Sequence": "1",
    }  # fmt: skip
    row = ",".join(values.get(name, "") for name in header.split(","))
    sheets = read_file("tracker.csv", f"{header}\n{row}\n".encode())
    layout = find_layout(sheets[0].header)
    assert layout is load_layouts()["studenttracker"]
    landed = land_sheets(
        store, sheets, layout.mapping, permit=permit(Action.RECEIVE, "postsecondary")
    )
    done = conform_landed_file(
        store, landed.ref, layout.mapping, permit=permit(Action.CONFORM, "postsecondary")
    )
    (result,) = store.read(done.ref).to_pylist()
    assert (result["local_id"], result["college_type"], result["enrollment_status"]) == (
        "0012345", "two_year", "half_time",
    )  # fmt: skip
    assert result["enrollment_begin"].isoformat() == "2024-08-26"
    assert {drop.name for drop in done.report.dropped} == {"Requester Return Field"}
    assert done.report.missing == ()


def test_a_file_without_one_column_of_the_signature_is_not_recognized() -> None:
    layout = load_layouts()["star_reading"]
    header = [*layout.mapping.columns, *layout.signature]
    assert find_layout(header) is layout
    assert find_layout([h.upper() for h in header]) is layout
    assert find_layout([h for h in header if h != "StudentRenaissanceID"]) is None
    assert find_layout([]) is None


def test_a_file_without_any_result_column_is_not_recognized() -> None:
    layout = load_layouts()["gold"]
    header = [*layout.mapping.columns, *layout.signature]
    assert find_layout(header) is None
    assert find_layout([*header, "Spring 2023/2024 Physical WHE"]) is layout


def test_a_mark_says_how_far_a_layout_was_tried() -> None:
    text = 'title = "T"\nvendor = "V"\nproduct = "P"\nmark = "documentation"\nsignature = ["A"]\n'
    text += 'ids = { A = "the program\'s own ID" }\nmapping = { record = "student", columns = '
    layout = read_layout("x", "rosters", text + '{ A = "local_id" } }')
    assert layout.mark.label == "from public documentation"
    assert layout.met_by == ""


def test_a_report_of_attendees_keeps_those_who_attend(store: FileStore, permit: Permits) -> None:
    header = "Order #,Order Date,First Name,Last Name,Ticket Type,Attendee #,Attendee Status"
    content = f"{header}\n1,11/29/24 22:28,Ada,Ames,Saturday club,10,Attending\n"
    content += "1,11/29/24 22:28,Bo,Bell,Saturday club,11,Not Attending\n"
    sheets = read_file("report.csv", content.encode())
    layout = find_layout(sheets[0].header)
    assert layout is load_layouts()["eventbrite"]
    landed = land_sheets(
        store, sheets, layout.mapping, permit=permit(Action.RECEIVE, "participation")
    )
    assert store.read(landed.ref)["First Name"].to_pylist() == ["Ada"]
    assert [n.count for n in landed.sheets[0].left_out if n.code == "filtered_rows"] == [1]
