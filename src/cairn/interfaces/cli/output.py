"""Print what a command reports: lines for people, JSON for programs, an exit code."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cairn.interfaces.cli.progress import ProgressBar
    from cairn.policy.engine import Decision, Refused

EXIT_DONE: Final = 0

EXIT_FINDINGS: Final = 1
"""A rule refused the command, or the command found something that must be looked at."""

EXIT_USAGE: Final = 2
"""The command cannot be run as it was written."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]

ActingUserOption = Annotated[
    str | None,
    typer.Option("--as", metavar="EMAIL", help="Email address of the person you act for."),
]


class CommandUsageError(Exception):
    """Report that a command cannot be run as written; the message names the place and the next
    step.
    """


class CommandOutput:
    """Collect what a command reports.

    `facts` become the JSON document. Lines and tables are for people only. `code` is the exit code.
    """

    def __init__(self, *, as_json: bool) -> None:
        from rich.console import Console

        self.as_json = as_json
        self.facts: dict[str, Any] = {}
        self.code = EXIT_DONE
        self._out = Console(highlight=False)
        self._aside = Console(stderr=True, highlight=False)

    def print_rich(self, *renderables: "RenderableType") -> None:
        """Print sentences or tables for people; silent under --json."""
        if not self.as_json:
            for renderable in renderables:
                self._out.print(renderable)

    def print_text(self, text: str) -> None:
        """Print a line of plain text for people, without any markup."""
        from rich.text import Text

        if not self.as_json:
            self._out.print(Text(text), soft_wrap=True)

    def print_table(self, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a plain table for people; columns of numbers are right-aligned."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        rich_table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for index, name in enumerate(headings):
            is_numeric = bool(rows) and all(isinstance(row[index], int) for row in rows)
            rich_table.add_column(name, justify="right" if is_numeric else "left", overflow="fold")
        for row in rows:
            rich_table.add_row(
                *(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row)
            )
        self.print_rich(rich_table)

    def print_error_line(self, text: str) -> None:
        """Print a line on the error stream, which never disturbs a document on standard output."""
        from rich.text import Text

        self._aside.print(Text(text), soft_wrap=True)

    @contextmanager
    def show_progress(self) -> "Iterator[ProgressBar]":
        """Show a progress bar on the error stream; show nothing under --json or without a
        terminal.
        """
        from cairn.interfaces.cli.progress import show_progress_bar

        with show_progress_bar(self._aside, is_hidden=self.as_json) as progress_bar:
            yield progress_bar

    def mark_findings(self) -> None:
        """Note that there is something to look at: the command ends with exit code 1."""
        self.code = EXIT_FINDINGS

    def report_refusal(self, decision: "Decision") -> None:
        """Report every reason of a refusal, each with its citation and the next step."""
        from cairn.policy.vocabulary import Outcome

        self.mark_findings()
        self.facts.setdefault("refused", []).append(
            {
                "action": decision.action.value,
                "decision": decision.decision_id,
                "reasons": [describe_reason(reason) for reason in decision.refusals],
            }
        )
        self.print_error_line("Refused.")
        for reason in decision.refusals:
            self.print_error_line(f"  ✗ {reason.message} ({reason.citation})")
            if reason.effect is not Outcome.ALLOW and reason.next_step:
                self.print_error_line(f"    Next: {reason.next_step}")

    def report_problem(self, message: str) -> None:
        """Report why the command could not be run as written."""
        self.code = EXIT_USAGE
        self.facts["problem"] = message
        self.print_error_line(message)

    def close(self) -> None:
        """Print the JSON document under --json, and end the command with its exit code."""
        if self.as_json:
            typer.echo(json.dumps(self.facts, ensure_ascii=False, indent=2, default=str))
        raise typer.Exit(self.code)


def describe_reason(reason: Any) -> Mapping[str, str]:
    """Describe one reason as plain text fields for the JSON document."""
    return {
        "code": reason.code,
        "message": reason.message,
        "citation": reason.citation,
        "next_step": reason.next_step,
    }


def _record_refusal(refused: "Refused") -> None:
    """Write an audit line for a refusal.

    The web application does the same: refused requests are on record (34 CFR 99.32).
    """
    from django.utils import timezone

    from cairn.platform.accounts.api import User
    from cairn.platform.actions.api import record_refusal

    decision = refused.decision
    acting_user = (
        User.objects.filter(pk=decision.actor).first() if decision.actor.isdecimal() else None
    )
    subject = f"command:{decision.action.value}"
    record_refusal(refused, subject, by=acting_user, at=timezone.now())


@contextmanager
def run_command(*, as_json: bool) -> Iterator[CommandOutput]:
    """Run the body of a command, and report refusals and expected failures.

    A refusal is reported with its reasons, an expected failure without a traceback.

    Exceptions that Cairn's own packages define carry a sentence written for a person. So has a disk
    that is full or read-only. Any other exception is a defect and keeps its traceback.

    Args:
        as_json: whether to print one JSON document instead of lines for people.
    Yields:
        The output that the command writes to.
    Raises:
        typer.Exit: always, with the exit code of the command.
    """
    from cairn.interfaces.disk_problems import describe_disk_problem
    from cairn.policy.engine import Refused

    output = CommandOutput(as_json=as_json)
    try:
        yield output
    except Refused as refused:
        _record_refusal(refused)
        output.report_refusal(refused.decision)
    except Exception as error:
        problem = describe_disk_problem(error)
        if not problem and not type(error).__module__.startswith("cairn."):
            raise
        output.report_problem(problem or str(error))
    output.close()
