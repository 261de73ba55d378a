"""What `cairn destroy` does."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import typer
from django.utils import timezone

from cairn.accounts.models import User
from cairn.cli.voice import Unusable, Voice
from cairn.partners.facts import actor
from cairn.partners.operator import operator
from cairn.retention import actions, printing, queries
from cairn.retention.models import CAUSES, DestructionCertificate
from cairn.rules.duty import DutyFact
from cairn.rules.retention import may_destroy


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which duties, whether it was meant, and where certificates go."""

    numbers: tuple[int, ...]
    due: bool
    under: str
    yes: bool
    certificates: Path | None


def destroy_chosen(voice: Voice, chosen: Chosen, acting: str | None) -> None:
    """Show what was chosen among the duties that the asker may see; destroy it once it is meant."""
    by, at = operator(acting), timezone.localtime()
    duties = _chosen(
        queries.visible(actor(by), timezone.localdate(at)), chosen, timezone.localdate(at)
    )
    for duty in duties:
        terms = queries.terms(duty.agreement, timezone.localdate(at))
        may_destroy(terms, actor(by), timezone.localdate(at)).require()
    voice.facts["duties"] = [_said(duty) for duty in duties]
    voice.facts["destroyed"] = False
    if not duties:
        voice.plain("Nothing is due to be destroyed.")
        return
    _show(voice, duties)
    if not (chosen.yes or _meant(voice)):
        voice.plain("Nothing was destroyed. Add --yes to destroy these.")
        return
    voice.facts["destroyed"] = True
    voice.facts["certificates"] = []
    for duty in duties:
        _destroy(voice, duty, by, at, chosen.certificates)


def _chosen(seen: Iterable[DutyFact], chosen: Chosen, on: date) -> list[DutyFact]:
    if not (chosen.numbers or chosen.due or chosen.under):
        raise Unusable(
            "Say which: the numbers of deliveries, --under an agreement, or --due for all that "
            "are due."
        )
    wanted = {f"delivery:{number}" for number in chosen.numbers}
    found = []
    for duty in seen:
        whole = (chosen.due and duty.due <= on) or duty.agreement == chosen.under
        held = [r for r in duty.references if whole or r in wanted]
        wanted -= set(held)
        if held:
            found.append(replace(duty, references=tuple(held)))
    if wanted:
        number = min(wanted).partition(":")[2]
        raise Unusable(f"There is no delivery {number} to destroy that you may see.")
    return found


def _show(voice: Voice, duties: Iterable[DutyFact]) -> None:
    rows: list[tuple[object, ...]] = []
    for duty in duties:
        for item in queries.items(duty):
            why = str(dict(CAUSES)[duty.cause.value])
            rows.append(
                (_called(item.reference), item.name, duty.due.isoformat(), why, len(item.files))
            )
    voice.table(("Number", "What", "By", "Why", "Files"), rows)


def _called(reference: str) -> str:
    """A delivery by the number that the command takes; anything else says what it is."""
    kind, _, number = reference.partition(":")
    return number if kind == "delivery" else f"{kind} {number}"


def _meant(voice: Voice) -> bool:
    if voice.as_json or not _at_a_terminal():
        return False
    return typer.confirm("Destroy all of this for good?", default=False)


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _destroy(voice: Voice, duty: DutyFact, by: User, at: datetime, folder: Path | None) -> None:
    run = actions.begin(duty=duty, by=by, at=at)
    with voice.progress() as progress:
        made = actions.destroy(run=run, by=by, at=at, progress=progress)
    named = {"number": made.number, "files": made.content["files"], "sha256": made.digest}
    voice.facts["certificates"].append(named)
    voice.plain(
        f"{duty.owner}, {duty.agreement}: {made.content['files']} files destroyed. "
        f"Certificate {made.number} waits for the owner."
    )
    if folder is not None:
        _write(made, folder)


def _write(made: DestructionCertificate, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{made.number}.pdf").write_bytes(printing.pdf(made))
    document = {"certificate": made.content, "sha256": made.digest}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / f"{made.number}.json").write_text(text, encoding="utf-8")


def _said(duty: DutyFact) -> dict[str, object]:
    return {
        "agreement": duty.agreement,
        "owner": duty.owner,
        "cause": duty.cause.value,
        "due": duty.due.isoformat(),
        "holdings": list(duty.references),
    }
