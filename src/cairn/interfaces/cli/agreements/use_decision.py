"""Run `cairn decide`: read two files, ask the policy, and report the answer to one audience."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import typer

from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.policy import engine
from cairn.policy.checks import find_contradictions
from cairn.policy.facts import RECEIVERS_NOT_RECORDED, Facts, UseRequest
from cairn.policy.questions import decide_use
from cairn.policy.vocabulary import Audience

FileContent = TypeVar("FileContent")
_CLASS_BY_FILE: Final = {"facts": Facts, "request": UseRequest}

_OUTCOME_SENTENCES: Final = {
    "allow": "Allowed.",
    "allow_subset": "Allowed in part.",
    "needs_person": "A person must decide first.",
    "deny": "Not allowed.",
}


def print_decision_schema(output: CommandOutput, file_kind: str) -> None:
    """Print the JSON Schema of one of the two files."""
    document = engine.build_fact_schema(_CLASS_BY_FILE[file_kind])
    if output.as_json:
        output.facts.update(document)
    else:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def report_use_decision(
    output: CommandOutput,
    facts: Path | None,
    request: Path | None,
    on_text: str | None,
    audience: Audience,
    child: str,
) -> None:
    """Decide the use and report the answer; a usage error lists every mistake of a file."""
    if facts is None or request is None:
        raise CommandUsageError("Name both files: --facts FACTS.json --request REQUEST.json.")
    on_date = _parse_date(on_text)
    known_facts, use_request = _read_json_file(Facts, facts), _read_json_file(UseRequest, request)
    if known_facts.receivers == RECEIVERS_NOT_RECORDED:
        # A file that says nothing of the receivers is no record from before Cairn asked.
        known_facts = replace(known_facts, receivers=None)
    _refuse_mistakes(facts, find_contradictions(known_facts))
    _refuse_mistakes(request, engine.find_reversed_ranges(use_request))
    decision = decide_use(use_request, known_facts, on_date)
    report = engine.redact_decision(
        decision, audience, child=child, told_from=known_facts.policy.told_from
    )
    output.facts.update(report)
    if not decision.allowed:
        output.mark_findings()
    if not output.as_json:
        _print_decision(output, decision, audience, report)


def _parse_date(on_text: str | None) -> date:
    if on_text is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(on_text)
    except ValueError:
        raise CommandUsageError(f"'{on_text}' is not a date. Write it like 2026-01-31.") from None


def _read_json_file(content_class: type[FileContent], path: Path) -> FileContent:
    try:
        data = json.loads(path.read_text("utf-8"))
        return engine.load_fact(content_class, data)
    except FileNotFoundError:
        raise CommandUsageError(f"{path}: this file does not exist.") from None
    except UnicodeDecodeError:
        raise CommandUsageError(f"{path}: this is not UTF-8 text. Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        location = f"line {error.lineno}, column {error.colno}"
        raise CommandUsageError(f"{path}, {location}: this is not JSON ({error.msg}).") from None
    except engine.InvalidFactsError as error_list:
        raise _build_usage_error(path, error_list) from None


def _refuse_mistakes(path: Path, mistakes: Iterable[engine.FactProblem]) -> None:
    """Report every mistake of a file at once, if there are any."""
    if mistake_list := list(mistakes):
        raise _build_usage_error(path, engine.InvalidFactsError(mistake_list))


def _build_usage_error(path: Path, unreadable: engine.InvalidFactsError) -> CommandUsageError:
    return CommandUsageError("\n".join(f"{path}: {line}" for line in str(unreadable).splitlines()))


def _print_decision(
    output: CommandOutput, decision: engine.Decision, audience: Audience, report: dict[str, Any]
) -> None:
    """Print the answer in sentences, for one audience."""
    if audience is Audience.PUBLIC:
        output.print_text(report["message"])
        return
    if audience is Audience.FAMILY:
        shared = ", ".join(report["elements"]) if report["shared"] else "nothing"
        output.print_text(f"Shared about your child: {shared}.")
        for line in report["reasons"]:
            output.print_text(f"  {line}")
        return
    output.print_text(_OUTCOME_SENTENCES[report["outcome"]])
    output.print_table(
        ("Element", "Answer", "Less detailed form"),
        [
            (element, element_answer, report["coarser"].get(element, ""))
            for element, element_answer in report["elements"].items()
        ],
    )
    if audience is Audience.RECIPIENT:
        output.print_text(
            f"Children: {len(report['people']):,}. Not available: {report['not_available']}."
        )
    elif decision.people:
        output.print_text(f"{len(decision.included):,} of {len(decision.people):,} children.")
    for reason in report["reasons"]:
        _print_reason(output, reason)
    for obligation in report["obligations"]:
        due_text = f", by {obligation['due']}" if obligation["due"] else ""
        output.print_text(
            f"  Obligation: {obligation['message']} ({obligation['citation']}{due_text})"
        )


def _print_reason(output: CommandOutput, reason: dict[str, Any]) -> None:
    mark = "✓" if reason.get("effect") == "allow" else "✗"
    citation_text = f" ({reason['citation']})" if reason.get("citation") else ""
    subject_text = f"{reason['about']}: " if reason.get("about") not in (None, "", "people") else ""
    output.print_text(f"  {mark} {subject_text}{reason['message']}{citation_text}")
    if reason.get("next_step") and mark == "✗":
        output.print_text(f"      Next: {reason['next_step']}")
