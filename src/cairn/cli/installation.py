"""Making the machine ready for a verb: settings, Django, databases in their newest form."""

import os
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        help="The data folder. Otherwise CAIRN_DATA, otherwise ./cairn-data.",
        file_okay=False,
    ),
]


def choose(data: Path | None) -> None:
    """Names the data folder for everything that follows; must come before `ready`."""
    if data is not None:
        os.environ["CAIRN_DATA"] = str(data.expanduser().absolute())


def ready(data: Path | None = None) -> None:
    """Sets Django up and brings both databases to the form that this version needs."""
    choose(data)
    load()
    migrate()


def load() -> None:
    """Sets Django up, and changes nothing."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    django.setup()


def migrate() -> None:
    """Applies whatever migrations a database lacks; instant when there are none."""
    from django.core.management import call_command

    for alias in behind():
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def behind() -> list[str]:
    """The databases that lack a migration."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    lacking = []
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            lacking.append(alias)
    return lacking
