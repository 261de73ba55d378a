"""Eighty files of twelve layouts, sent twice in any order: every value right, no child twice."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.interfaces.cli.data.program_files import ProgramFiles, make_program_files

from cairn.data.intake.models import CURRENT_STATES, Delivery
from cairn.platform.storage.api import open_file_store
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.slow]

_FILES, _STUDENTS = 80, 480


def test_eighty_files_sent_twice_are_each_child_once(
    cairn: Callable[..., Any], secured: Path, tmp_path: Path
) -> None:
    programs = make_program_files(seed=7, students=_STUDENTS, files=_FILES)
    assert sum(len(program.files) for program in programs) == _FILES
    agreement = (secured / "agreements" / "GB-DSA-01.toml").read_text()
    order = random.Random(3)
    for number, program in enumerate(programs):
        terms = tmp_path / f"{program.slug}.toml"
        terms.write_text(
            agreement.replace("grand-bend-isd", program.slug)
            .replace("Grand Bend ISD", f"Program {number + 1}")
            .replace("GB-DSA-01", f"PR-DSA-{number + 1:02}")
        )
        assert cairn("agree", terms, "--register").code == 0
    for time in ("first", "second"):
        order.shuffle(programs)
        for program in programs:
            files = program.write(tmp_path / time / program.slug, order)
            reference = f"PR-DSA-{int(program.slug[-2:]) + 1:02}"
            said = cairn(
                *("receive", *files, "--from", program.slug, "--under", reference, "--json"),
                *("--yes",),
            )
            facts = said.facts
            assert said.code == 0, (program.slug, time, facts["not_received"], facts["proposals"])
            assert len(facts["deliveries"]) == len(program.files)
    for program in programs:
        _check_rows(program)
    distinct = {student for program in programs for student in program.students.values()}
    linked = cairn("link", "--json").facts
    assert abs(linked["people"] - len(distinct)) <= 0.003 * len(distinct)


def _check_rows(program: ProgramFiles) -> None:
    """What counts now of a program is what is true of it: no row more, none less, none changed."""
    rows: dict[str, list[dict[str, Any]]] = {}
    store = open_file_store()
    for one in Delivery.objects.filter(organization__slug=program.slug, state__in=CURRENT_STATES):
        rows.setdefault(one.record, []).extend(store.read(FileRef.parse(one.conformed)).to_pylist())
    students = [
        (r["local_id"], r["given_name"], r["family_name"], r["birth_date"].isoformat())
        for r in rows["student"]
    ]
    assert sorted(students) == sorted((key, *who) for key, who in program.rosters.items())
    if program.events:
        kept = sorted((r["local_id"], r["date"].isoformat()) for r in rows["attendance"])
        assert kept == sorted(event[:2] for event in program.events)
    if program.results:
        kept = sorted(
            (r["local_id"], r["date"].isoformat(), r["score"]) for r in rows["assessment"]
        )
        assert kept == sorted(program.results)
