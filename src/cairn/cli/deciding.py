"""What `cairn decide` does: reads two files, asks the rules, tells the answer to one audience."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import typer

from cairn.cli.voice import Unusable, Voice
from cairn.rules import plain, telling
from cairn.rules.ask import UseRequest, ask
from cairn.rules.decision import Decision
from cairn.rules.facts import Facts, contradictions
from cairn.rules.schema import schema
from cairn.rules.vocabulary import Audience

Fact = TypeVar("Fact")
_CLASSES: Final = {"facts": Facts, "request": UseRequest}
_WORDS: Final = {
    "allow": "Allowed.",
    "allow_subset": "Allowed in part.",
    "needs_person": "A person has to answer first.",
    "deny": "Not allowed.",
}


def print_schema(voice: Voice, which: str) -> None:
    """The JSON Schema of a file, as the document that it is."""
    document = schema(_CLASSES[which])
    if voice.as_json:
        voice.facts.update(document)
    else:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def answer(
    voice: Voice,
    facts: Path | None,
    request: Path | None,
    on: str | None,
    audience: Audience,
    child: str,
) -> None:
    """Ask, and tell. Raises ``Unusable`` with every mistake of a file."""
    if facts is None or request is None:
        raise Unusable("Give both files: --facts FACTS.json --request REQUEST.json.")
    day = _day(on)
    world, asked = _read(Facts, facts), _read(UseRequest, request)
    _refuse(facts, contradictions(world))
    _refuse(request, plain.backwards(asked))
    decision = ask(asked, world, day)
    told = telling.told(decision, audience, child=child, told_from=world.policy.told_from)
    voice.facts.update(told)
    if not decision.allowed:
        voice.found()
    if not voice.as_json:
        _say(voice, decision, audience, told)


def _day(on: str | None) -> date:
    if on is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise Unusable(f"'{on}' is not a date. Write it like 2026-01-31.") from None


def _read(kind: type[Fact], path: Path) -> Fact:
    try:
        data = json.loads(path.read_text("utf-8"))
        return plain.load(kind, data)
    except FileNotFoundError:
        raise Unusable(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise Unusable(f"{path}: this is not UTF-8 text. Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Unusable(f"{path}, {place}: this is not JSON ({error.msg}).") from None
    except plain.Unreadable as unreadable:
        raise _mistakes(path, unreadable) from None


def _refuse(path: Path, problems: Iterable[plain.Problem]) -> None:
    """Every mistake of a file at once, where there is one."""
    if told := list(problems):
        raise _mistakes(path, plain.Unreadable(told))


def _mistakes(path: Path, found: plain.Unreadable) -> Unusable:
    return Unusable("\n".join(f"{path}: {line}" for line in str(found).splitlines()))


def _say(voice: Voice, decision: Decision, audience: Audience, told: dict[str, Any]) -> None:
    """The answer in sentences, for one audience."""
    if audience is Audience.PUBLIC:
        voice.plain(told["message"])
        return
    if audience is Audience.FAMILY:
        shared = ", ".join(told["elements"]) if told["shared"] else "nothing"
        voice.plain(f"About your child this shares: {shared}.")
        for line in told["reasons"]:
            voice.plain(f"  {line}")
        return
    voice.plain(_WORDS[told["outcome"]])
    voice.table(
        ("Element", "Answer", "Coarser form"),
        [(e, a, told["coarser"].get(e, "")) for e, a in told["elements"].items()],
    )
    if audience is Audience.RECIPIENT:
        voice.plain(f"Children: {len(told['people']):,}. Not available: {told['not_available']}.")
    elif decision.people:
        voice.plain(f"{len(decision.included):,} of {len(decision.people):,} children.")
    for reason in told["reasons"]:
        _say_reason(voice, reason)
    for one in told["obligations"]:
        by = f", by {one['due']}" if one["due"] else ""
        voice.plain(f"  To do: {one['message']} ({one['citation']}{by})")


def _say_reason(voice: Voice, reason: dict[str, Any]) -> None:
    mark = "✓" if reason.get("effect") == "allow" else "✗"
    cited = f" ({reason['citation']})" if reason.get("citation") else ""
    about = f"{reason['about']}: " if reason.get("about") not in (None, "", "people") else ""
    voice.plain(f"  {mark} {about}{reason['message']}{cited}")
    if reason.get("next_step") and mark == "✗":
        voice.plain(f"      Next: {reason['next_step']}")
