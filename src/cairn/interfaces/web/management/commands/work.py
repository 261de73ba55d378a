"""Run a worker as its own process, `django-admin work`; `cairn serve` starts it this way."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cairn.interfaces.web.worker import run_worker
from cairn.platform.garbage_collection import collect_garbage_seldom


class Command(BaseCommand):
    """Run tasks from the queue until stopped."""

    help = "Does long work from the queue until told to stop."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--parent`, which ties the worker to a process."""
        parser.add_argument("--parent", type=int, help="end when this process does")

    def handle(self, *args: Any, parent: int | None = None, **options: Any) -> None:
        """Run the worker."""
        collect_garbage_seldom()
        run_worker(parent=parent)
