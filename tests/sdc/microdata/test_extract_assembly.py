"""What leaves is shared by enough children, whatever is drawn; the reviewer is told the rest."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.microdata.anonymity import AnonymityRule, CannotBeAnonymousError
from cairn.sdc.microdata.date_shift import DateShifts
from cairn.sdc.microdata.extract_assembly import (
    UNCHANGED_FORM,
    AssembledExtract,
    ChildRows,
    ColumnTreatment,
    ElementResult,
    TreatmentKind,
    assemble_extract,
)
from cairn.sdc.microdata.generalization import GENERALIZATION_FORMS, PlainValue, list_known_forms

ON = date(2026, 3, 2)
COARSEN = {
    "enrollment.grade": ColumnTreatment(
        TreatmentKind.COARSEN, tuple(list_known_forms(["band of grades"]))
    ),
    "enrollment.school": ColumnTreatment(TreatmentKind.COARSEN),
    "student.language": ColumnTreatment(
        TreatmentKind.COARSEN,
        tuple(list_known_forms(["most common ones, the rest together", "english or another"])),
    ),
}
TREATMENTS = {
    **COARSEN,
    "enrollment.days": ColumnTreatment(TreatmentKind.KEEP, sensitive=True),
    "enrollment.note": ColumnTreatment(TreatmentKind.WITHHOLD, why="It is free text."),
}
GRADE = st.sampled_from(["K", "1", "4", "8", None])
CHILD = st.tuples(
    st.lists(
        st.tuples(GRADE, st.sampled_from("ab"), st.integers(0, 3)),
        max_size=2,
    ),
    st.sampled_from(["en", "es", "so", None]),
)  # fmt: skip
Child = tuple[list[tuple[str | None, str, int]], str | None]


def _tables(children: list[Child]) -> dict[str, ChildRows]:
    rows = [(f"c{n}", *row) for n, (mine, _language) in enumerate(children) for row in mine]
    who, grades, schools, days = zip(*rows, strict=True) if rows else ((), (), (), ())
    return {
        "enrollment": ChildRows(
            tuple(who),
            {"grade": grades, "school": schools, "days": days, "note": tuple("x" for _ in rows)},
        ),
        "student": ChildRows(
            tuple(f"c{n}" for n in range(len(children))),
            {"language": tuple(language for _mine, language in children)},
        ),
    }


def _list_identifying_values(found: AssembledExtract) -> dict[str, tuple[object, ...]]:
    """What a reader of the extract sees of each child that could tell who it is."""
    seen: dict[str, list[object]] = defaultdict(list)
    for name, rows in sorted(found.tables.items()):
        telling = [c for c in rows.columns if f"{name}.{c}" in COARSEN]
        for at, child in enumerate(rows.children):
            seen[child].append((name, *(str(rows.columns[c][at]) for c in telling)))
    telling_at_all = {c for rows in found.tables.values() for c in rows.columns} - {"days"}
    if not telling_at_all:
        return dict.fromkeys(seen, ())
    tables = {n for n, r in found.tables.items() if any(f"{n}.{c}" in COARSEN for c in r.columns)}
    return {
        child: tuple(sorted(r for r in rows if r[0] in tables))  # type: ignore[index,type-var]
        for child, rows in seen.items()
    }


def _assembled(children: list[Child], k: int, **more: object) -> AssembledExtract | None:
    rule = AnonymityRule(k=k, most_left_out=0.3)
    try:
        return assemble_extract(
            _tables(children), TREATMENTS, rule, DateShifts(4, lambda n: 0), ON, **more
        )  # type: ignore[arg-type]
    except CannotBeAnonymousError:
        return None


@given(st.lists(CHILD, max_size=14), st.integers(1, 4))
def test_every_child_is_one_of_many(children: list[Child], k: int) -> None:
    found = _assembled(children, k)
    if found is None:
        assert len(children) < k
        return
    seen = _list_identifying_values(found)
    assert not seen or min(Counter(seen.values()).values()) >= k
    assert found.children + found.left_out == len(children)
    assert found.left_out <= 0.3 * len(children)
    assert "note" not in found.tables["enrollment"].columns
    assert found.smallest >= k or not found.children
    assert found.risk.prosecutor <= 1 / k


@given(st.lists(CHILD, min_size=4, max_size=14), st.integers(2, 4), st.data())
def test_two_extracts_together_single_nobody_out(
    children: list[Child], k: int, data: st.DataObject
) -> None:
    first = _assembled(children, k)
    if first is None:
        return
    changed = [(mine, data.draw(st.sampled_from(["en", "es", None]))) for mine, _l in children]
    second = _assembled(changed, k, earlier={c: (one,) for c, one in first.classes.items()})
    if second is None:
        return
    before, now = _list_identifying_values(first), _list_identifying_values(second)
    joint = Counter((before.get(child, "absent"), seen) for child, seen in now.items())
    assert not joint or min(joint.values()) >= k


def test_what_is_kept_stays_true_and_each_column_says_what_was_done() -> None:
    children: list[Child] = [([("4", "a", 1)], "en")] * 6 + [([("5", "a", 2)], "es")] * 6
    found = _assembled(children, 3)
    assert found is not None
    assert found.tables["enrollment"].columns["grade"] == ("4",) * 6 + ("5",) * 6
    assert found.tables["enrollment"].columns["days"] == (1,) * 6 + (2,) * 6
    said = {one.element: one for one in found.done}
    assert said["enrollment.grade"] == ElementResult(
        "enrollment.grade", TreatmentKind.COARSEN, UNCHANGED_FORM
    )
    assert said["enrollment.note"].why == "It is free text."
    assert said["enrollment.days"] == ElementResult("enrollment.days", TreatmentKind.KEEP)
    assert (found.lost, found.left_out, found.smallest) == (0.0, 0, 6)
    assert found.risk.prosecutor == pytest.approx(1 / 6)


def test_a_column_that_singles_out_in_every_form_is_left_out() -> None:
    children: list[Child] = [([("4", "ab"[n % 2], 1)], "en") for n in range(8)]
    tables = _tables(children)
    names = tuple(f"street {n}" for n in range(8))
    tables["student"] = ChildRows(tables["student"].children, {"street": names})
    treatments = TREATMENTS | {"student.street": ColumnTreatment(TreatmentKind.COARSEN)}
    found = assemble_extract(tables, treatments, AnonymityRule(k=4), DateShifts(4, lambda n: 0), ON)
    assert "street" not in found.tables["student"].columns
    said = {one.element: one for one in found.done}
    assert "could identify a child" in said["student.street"].why
    assert [one.elements for one in found.rare] == [("student.street",)]


def test_nobody_said_means_withheld() -> None:
    tables = _tables([([("4", "a", 1)], "en")] * 3)
    found = assemble_extract(tables, {}, AnonymityRule(k=2), DateShifts(4, lambda n: 0), ON)
    assert all(not rows.columns for rows in found.tables.values())
    assert {one.why for one in found.done} == {"No treatment was chosen for it."}
    assert found.children == 3


def test_diversity_is_of_the_sensitive_column() -> None:
    children: list[Child] = [([("4", "a", 1)], "en")] * 4 + [
        ([("5", "a", n)], "en") for n in range(4)
    ]
    rule = AnonymityRule(k=3, l=2, most_left_out=0)
    found = assemble_extract(_tables(children), TREATMENTS, rule, DateShifts(4, lambda n: 0), ON)
    grades = found.tables["enrollment"].columns["grade"]
    assert set(grades) == {"3 to 5"}


def test_dates_of_a_child_move_together_unless_the_day_is_everybodys() -> None:
    who = tuple(f"c{n}" for n in range(20))
    first_day, own = date(2025, 8, 25), date(2025, 10, 6)
    columns: dict[str, tuple[PlainValue, ...]] = {
        "entered": (first_day,) * 20,
        "absent": tuple(own + timedelta(days=n) for n in range(20)),
        "seen": (None, *(own + timedelta(days=n + 7) for n in range(1, 20))),
    }
    forms = tuple(list_known_forms(["month", "school year"]))
    treatments = {
        "a.entered": ColumnTreatment(TreatmentKind.MOVE, forms),
        "a.absent": ColumnTreatment(TreatmentKind.MOVE),
        "a.seen": ColumnTreatment(TreatmentKind.MOVE),
    }
    draws = iter(range(20))
    shifts = DateShifts(10, lambda n: next(draws))
    found = assemble_extract(
        {"a": ChildRows(who, columns)}, treatments, AnonymityRule(k=5), shifts, ON
    )
    said = {one.element: one for one in found.done}
    assert said["a.entered"] == ElementResult(
        "a.entered", TreatmentKind.COARSEN, UNCHANGED_FORM, "Many children share one day."
    )
    out = found.tables["a"].columns
    for child, before, day, seen in zip(
        who, columns["absent"], out["absent"], out["seen"], strict=True
    ):
        assert isinstance(day, date)
        assert isinstance(before, date)
        assert day - before == shifts.shift_of(child) != timedelta(0)
        assert seen is None or seen - day == timedelta(days=7)  # type: ignore[operator]


def test_a_form_that_splits_is_passed_over() -> None:
    forms = (
        ("upside down", GENERALIZATION_FORMS["band of grades"]),
        ("unfit", lambda column, on: list(range(len(column)))),
    )
    tables = _tables([([("4", "a", 1)], "en"), ([("5", "a", 1)], "en")] * 3)
    treatments = {"enrollment.grade": ColumnTreatment(TreatmentKind.COARSEN, forms)}
    found = assemble_extract(
        tables, treatments, AnonymityRule(k=4, most_left_out=0), DateShifts(4, lambda n: 0), ON
    )
    assert found.tables["enrollment"].columns["grade"] == ("3 to 5",) * 6


def test_together_with_what_is_there_it_may_be_impossible() -> None:
    children: list[Child] = [([("4", "a", 1)], "en")] * 3
    rule = AnonymityRule(k=2, most_left_out=0)
    with pytest.raises(CannotBeAnonymousError, match="has already"):
        assemble_extract(
            _tables(children), TREATMENTS, rule, DateShifts(4, lambda n: 0), ON, {"c0": (1,)}
        )
