"""How a command speaks: plain sentences for people, one JSON document for machines, exit codes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cairn.cli.progress import Bar
    from cairn.rules.decision import Decision

DONE: Final = 0
REFUSED: Final = 1
"""Refused by a rule, or something was found that must be looked at."""
USAGE: Final = 2
"""The command cannot do this as it was written."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="EMAIL", help="The person you act for, by their email address."),
]


class Unusable(Exception):
    """The command as written cannot be done. The message names the place and the next step."""


class Voice:
    """Collects what a verb has to say. `facts` become the JSON document; sentences do not."""

    def __init__(self, *, as_json: bool) -> None:
        from rich.console import Console

        self.as_json = as_json
        self.facts: dict[str, Any] = {}
        self.code = DONE
        self._out = Console(highlight=False)
        self._aside = Console(stderr=True, highlight=False)

    def say(self, *what: "RenderableType") -> None:
        """A sentence or a table for people; silent under --json."""
        if not self.as_json:
            for one in what:
                self._out.print(one)

    def plain(self, text: str) -> None:
        """A line of plain text for people: nothing in it is markup."""
        from rich.text import Text

        if not self.as_json:
            self._out.print(Text(text), soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A plain table for people; numbers stand right."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for index, name in enumerate(columns):
            numbers = bool(rows) and all(isinstance(row[index], int) for row in rows)
            drawn.add_column(name, justify="right" if numbers else "left", overflow="fold")
        for row in rows:
            drawn.add_row(*(Text(f"{c:,}" if isinstance(c, int) else str(c)) for c in row))
        self.say(drawn)

    def aside(self, text: str) -> None:
        """A word on the error stream, which never disturbs a document on standard output."""
        from rich.text import Text

        self._aside.print(Text(text), soft_wrap=True)

    @contextmanager
    def progress(self) -> "Iterator[Bar]":
        """A progress bar on the error stream; nothing under --json or without a terminal."""
        from cairn.cli.progress import bar

        with bar(self._aside, hidden=self.as_json) as drawn:
            yield drawn

    def found(self) -> None:
        """Says that there is something to look at: the command ends with code 1."""
        self.code = REFUSED

    def refusal(self, decision: "Decision") -> None:
        """Every reason of a decision, each with its citation and the next step."""
        from cairn.rules.vocabulary import Outcome

        self.found()
        self.facts.setdefault("refused", []).append(
            {
                "action": decision.action.value,
                "decision": decision.decision_id,
                "reasons": [spoken(reason) for reason in decision.refusals],
            }
        )
        self.aside("Refused.")
        for reason in decision.refusals:
            self.aside(f"  ✗ {reason.message} ({reason.citation})")
            if reason.effect is not Outcome.ALLOW and reason.next_step:
                self.aside(f"    Next: {reason.next_step}")

    def problem(self, message: str) -> None:
        """Why the command could not be done as written."""
        self.code = USAGE
        self.facts["problem"] = message
        self.aside(message)

    def close(self) -> None:
        """Prints the document under --json and ends the command with its code."""
        if self.as_json:
            typer.echo(json.dumps(self.facts, ensure_ascii=False, indent=2, default=str))
        raise typer.Exit(self.code)


def spoken(reason: Any) -> Mapping[str, str]:
    """One reason as plain words."""
    return {
        "code": reason.code,
        "message": reason.message,
        "citation": reason.citation,
        "next_step": reason.next_step,
    }


def _recorded(decision: "Decision") -> None:
    """Leaves an audit line, as the web does: refused requests are on record (34 CFR 99.32)."""
    from django.utils import timezone

    from cairn.accounts.models import User
    from cairn.disclosures import log

    by = User.objects.filter(pk=decision.actor).first() if decision.actor.isdecimal() else None
    subject = f"command:{decision.action.value}"
    log.refused(decision, subject, by=by, at=timezone.now())


@contextmanager
def speaking(*, as_json: bool) -> Iterator[Voice]:
    """Runs a verb: a refusal is told with its reasons, an expected failure without a traceback.

    The exceptions that Cairn's own rooms define carry a sentence written for a person; any other
    exception is a defect and keeps its traceback.
    """
    from cairn.rules.decision import Refused

    voice = Voice(as_json=as_json)
    try:
        yield voice
    except Refused as refused:
        _recorded(refused.decision)
        voice.refusal(refused.decision)
    except Exception as error:
        if not type(error).__module__.startswith("cairn."):
            raise
        voice.problem(str(error))
    voice.close()
