"""Define `cairn check`: report whether this installation works."""

from cairn.interfaces.cli.installation import DataFolderOption, choose_data_folder, set_up_django
from cairn.interfaces.cli.output import JsonOption, run_command


def check(*, data: DataFolderOption = None, as_json: JsonOption = False) -> None:
    """Check whether this installation is sound. Looks at everything it needs, and changes nothing.

    Example: cairn check

    Ends with code 1 when something must be mended first; each line says how.
    """
    with run_command(as_json=as_json) as output:
        choose_data_folder(data)
        set_up_django()
        from cairn.interfaces.cli.operations.health_checks import report_health

        report_health(output)
