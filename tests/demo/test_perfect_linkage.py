"""With every record at its true person, Cairn's counts are the true ones.

This holds the generator, the example mappings and the outcome definitions against each other:
what remains between a real run and the truth is linkage, and the rows of the flawed delivery.
"""

from collections import Counter, defaultdict
from datetime import date

import pyarrow as pa
import pytest

from cairn.demo.planned_deliveries import Community
from cairn.demo.population.geography import load_county
from cairn.demo.sources.alder_creek import AUTUMN_FEED
from cairn.policy.engine.decision import Reason, conclude_decision
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures import outcome_counts
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.pipeline.conform import ConformResult
from cairn.warehouse.pipeline.mart import PERSON_COLUMN, SOURCE_COLUMN
from cairn.warehouse.pipeline.quality import LandingResult
from cairn.warehouse.schema.elements import load_element_catalogue
from cairn.warehouse.store.file_store import FileStore

Rows = list[dict[str, str]]
Slot = tuple[str, str, str]
Figures = dict[tuple[str, str], tuple[int, int]]
CARD = RuleCard("T01", "a test", "The test allows it.", "Allowed.", "Nothing.")
FLAWED_YEAR, LOST = "2025-26", 0.10  # rows set aside there, at most
# A child in two schools in one year: one district reports totals, the other events, and which of
# the two she is counted in is a matter of definition.
MOVED = 0.015


@pytest.fixture(scope="module")
def marts(
    community: Community,
    records: Rows,
    store: FileStore,
    arrived: dict[Slot, tuple[LandingResult, ConformResult]],
) -> dict[str, pa.Table]:
    """Every record type with the true person of each row."""
    by_row, by_id = {}, {}
    for r in records:
        by_row[r["organization"], r["feed"], r["period"], int(r["row"])] = r["person"]
        by_id[r["organization"], r["local_id"]] = r["person"]
    tables = defaultdict(list)
    for slot, (_, made) in arrived.items():
        if slot[1] == AUTUMN_FEED:
            continue  # what is true of it is what families say
        table = store.read(made.ref)
        record = load_element_catalogue()[table.schema.metadata[b"cairn.record"].decode()]
        local = (
            table["local_id"].to_pylist() if "local_id" in table.column_names else [""] * len(table)
        )
        people = [
            by_row.get((*slot, row)) or by_id.get((slot[0], local_id))
            for row, local_id in zip(table["source_row"].to_pylist(), local, strict=True)
        ]
        if record.subject:
            assert None not in people, slot
        kept = [name for name in record.fields if name in table.column_names]
        columns = {name: table[name] for name in kept if name != "record_id"}
        sources = pa.array([slot[0]] * len(table), pa.string())
        tables[record.name].append(
            pa.table(
                {PERSON_COLUMN: pa.array(people, pa.string()), SOURCE_COLUMN: sources, **columns}
            )
        )
    return {
        name: outcome_counts.complete_record_table(name, tables[name])
        for name in load_element_catalogue()
    }


def counted(marts: dict[str, pa.Table], name: str) -> Figures:
    permit = conclude_decision(
        Action.COUNT, "test", date(2026, 11, 1), [Reason(CARD, Outcome.ALLOW)], facts=()
    ).require()
    table = outcome_counts.tabulate_outcome(
        marts,
        load_outcome_catalogue()[name],
        ["district"],
        permit=permit,
        engine=open_sql_engine("duckdb"),
    )
    met: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for row in table.to_pylist():
        key = (row["school_year"], row["district"])
        total[key] += row["n"]
        met[key] += row["n"] * (row["result"] == "yes")
    return {key: (met[key], n) for key, n in total.items()}


def true(outcomes: Rows, name: str) -> Figures:
    names = {district.slug: district.name for district in load_county().districts}
    cells: dict[tuple[str, str], tuple[int, int]] = {}
    for row in outcomes:
        if row["outcome"] == name:
            key = (row["year"], names[row["district"]])
            met, n = cells.get(key, (0, 0))
            cells[key] = (met + int(row["numerator"]), n + int(row["denominator"]))
    return cells


def rate(figures: Figures) -> float:
    return sum(met for met, _ in figures.values()) / sum(n for _, n in figures.values())


@pytest.mark.parametrize(
    "name",
    [
        "early_grade_reading", "middle_grade_math", "high_school_graduation",
        "postsecondary_enrollment", "postsecondary_success", "workforce_success",
        "chronic_absence", "kindergarten_readiness", "program_reach",
    ],
)  # fmt: skip
def test_counts_are_the_truth(marts: dict[str, pa.Table], outcomes: Rows, name: str) -> None:
    found, known = counted(marts, name), true(outcomes, name)
    assert found.keys() == known.keys()
    for cell, (met, n) in known.items():
        flawed = name == "kindergarten_readiness" and cell[0] == FLAWED_YEAR
        slack = MOVED * n + 2 + (LOST * n if flawed else 0)
        assert abs(found[cell][1] - n) <= slack, cell
        assert abs(found[cell][0] - met) <= slack, cell
    assert rate(found) == pytest.approx(rate(known), abs=0.01)


def test_children_in_programs_are_counted_once(marts: dict[str, pa.Table], outcomes: Rows) -> None:
    known: Counter[str] = Counter()
    for row in outcomes:
        if row["outcome"] == "program_participation":
            known[row["year"]] += int(row["denominator"])
            known[f"{row['year']} regular"] += int(row["numerator"])
    found: Counter[str] = Counter()
    participation = counted(marts, "program_participation")
    assert counted(marts, "program_children") == participation
    for (year, _), (regular, everyone) in participation.items():
        found[year] += everyone
        found[f"{year} regular"] += regular
    assert found.keys() == known.keys()
    for cell, n in known.items():
        assert found[cell] == pytest.approx(n, rel=0.003, abs=1), cell
    attendance = marts["session_attendance"]
    pairs = attendance.select([PERSON_COLUMN, SOURCE_COLUMN]).group_by(
        [PERSON_COLUMN, SOURCE_COLUMN]
    )
    assert len(pairs.aggregate([])) > 1.02 * found["2025-26"], "too few are in two programs"
