"""The pure faces of two apps, and the commands that need no server, never load Django."""

import subprocess
import sys

import pytest

PURE_FACES = (
    "cairn.governance.agreements.toml_format",
    "cairn.governance.dictionaries.reader",
)
COMMANDS_ON_PLAIN_FILES = (
    "cairn.interfaces.cli.agreements.agreement_files",
    "cairn.interfaces.cli.agreements.use_decision",
    "cairn.interfaces.cli.data.encoded_file",
    "cairn.interfaces.cli.data.file_matching",
    "cairn.interfaces.cli.sdc.count_protection",
    "cairn.interfaces.cli.sdc.measure_protection",
    "cairn.interfaces.cli.sdc.text_review",
)


@pytest.mark.parametrize("module", PURE_FACES + COMMANDS_ON_PLAIN_FILES)
def test_a_module_for_plain_files_loads_no_django(module: str) -> None:
    program = f"import sys, {module}; print(sorted(m for m in sys.modules if m == 'django'))"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr[-2000:]
