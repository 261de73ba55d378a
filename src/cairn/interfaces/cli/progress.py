"""Draw a progress bar with the two methods of the progress on pages: step and advance."""

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


class ProgressBar:
    """Draw one line for each step; a step without a total only shows that work continues."""

    def __init__(self, rich_progress: Progress) -> None:
        self._drawn = rich_progress
        self._step: TaskID | None = None

    def step(self, name: str, total: int = 0) -> None:
        """Begin a step of `total` units; 0 when the number is not known."""
        self._finish_step()
        self._step = self._drawn.add_task(name, total=total or None)

    def advance(self, units: int = 1) -> None:
        """Report that this many more units of the current step are done."""
        if self._step is not None:
            self._drawn.advance(self._step, units)

    def _finish_step(self) -> None:
        if self._step is not None:
            task = self._drawn.tasks[self._drawn.task_ids.index(self._step)]
            finished_units = task.total if task.total is not None else max(task.completed, 1)
            self._drawn.update(self._step, total=finished_units, completed=finished_units)


@contextmanager
def show_progress_bar(console: Console, *, is_hidden: bool) -> Iterator[ProgressBar]:
    """Draw the steps on a terminal; draw nothing on a stream that is not a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    is_disabled = is_hidden or not console.is_terminal
    with Progress(*columns, console=console, disable=is_disabled, transient=True) as rich_progress:
        yield ProgressBar(rich_progress)
