"""Answer requests in a process of its own; `cairn serve` starts several of these."""

import os
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cairn.interfaces.web.serving.request_limits import BUDGET
from cairn.interfaces.web.serving.server import answer_requests, interrupting_on_termination


class Command(BaseCommand):
    """Answer requests until stopped."""

    help = "Answers requests on a socket that it was given, until told to stop."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the socket, its address, and the process to which this one belongs."""
        parser.add_argument("--socket", type=int, required=True)
        parser.add_argument("--host", required=True)
        parser.add_argument("--processes", type=int, default=1, help="how many answer in all")
        parser.add_argument("--parent", type=int, help="end when this process does")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer requests; a signal lets those that run finish."""
        if options["parent"] is not None:
            threading.Thread(target=_end_with, args=(options["parent"],), daemon=True).start()
        BUDGET.processes = options["processes"]
        listener = socket.socket(fileno=options["socket"])
        with interrupting_on_termination():
            answer_requests(listener, options["host"])


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
