"""A progress bar with the same two words as the progress that pages show: step and advance."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


class Bar:
    """One line per step; a step without a total shows that it is alive."""

    def __init__(self, drawn: Progress) -> None:
        self._drawn = drawn
        self._step: TaskID | None = None

    def step(self, name: str, total: int = 0) -> None:
        """Begins a step of so many units; 0 when nobody knows."""
        self._finish()
        self._step = self._drawn.add_task(name, total=total or None)

    def advance(self, units: int = 1) -> None:
        """Says that so many more units of the present step are done."""
        if self._step is not None:
            self._drawn.advance(self._step, units)

    def _finish(self) -> None:
        if self._step is not None:
            task = self._drawn.tasks[self._drawn.task_ids.index(self._step)]
            done = task.total if task.total is not None else max(task.completed, 1)
            self._drawn.update(self._step, total=done, completed=done)


@contextmanager
def bar(console: Console, *, hidden: bool) -> Iterator[Bar]:
    """Draws steps on a terminal; leaves nothing behind on a stream that is none."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    quiet = hidden or not console.is_terminal
    with Progress(*columns, console=console, disable=quiet, transient=True) as drawn:
        yield Bar(drawn)
