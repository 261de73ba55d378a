"""Tests that need Spark."""

import shutil
from importlib.util import find_spec

import pytest

needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="PySpark or Java is not installed here; CI installs both (uv sync --extra spark)",
)
