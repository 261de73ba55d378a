"""`django-admin work`: the worker as a process of its own, as `cairn serve` starts it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cairn.web.worker import work


class Command(BaseCommand):
    """Does tasks from the queue until told to stop."""

    help = "Does long work from the queue until told to stop."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--parent` ties the worker's life to a process."""
        parser.add_argument("--parent", type=int, help="end when this process does")

    def handle(self, *args: Any, parent: int | None = None, **options: Any) -> None:
        """Works."""
        work(parent=parent)
