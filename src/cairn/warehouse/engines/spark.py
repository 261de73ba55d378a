"""Open a Spark session, for more records than one machine should hold.

PySpark is installed separately. Cairn's process is the driver; it listens on the loopback
address alone, unless SPARK_LOCAL_IP names another. What Spark writes to its disks (shuffles,
spills) is encrypted with a key of the session.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

__all__ = ["open_spark_session"]

_SPARK_SETTINGS: Final[Mapping[str, str]] = {
    "spark.app.name": "cairn",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.io.encryption.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.log.level": "ERROR",
    # A local run has as many parts to shuffle as it has cores to do it.
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}
"""Fixed settings of the session. The machine's own settings (spark-defaults.conf) name
`spark.master`; without them the session runs on all cores of this machine.
"""


class SparkUnavailable(Exception):
    """PySpark or Java is missing. The message says what to install."""


def open_spark_session() -> Any:
    """Open the Spark session of this process; Spark keeps only one.

    Returns:
        A ``pyspark.sql.SparkSession``.

    Raises:
        SparkUnavailable: PySpark or Java is missing.
    """
    if find_spec("pyspark") is None:
        raise SparkUnavailable(
            "Spark is not installed here. Install Java 17 or later, and PySpark beside Cairn: "
            "uv sync --extra spark"
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # On a cluster the workers must reach the driver: its administrator sets SPARK_LOCAL_IP.
    address = os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    memory = os.environ.get("SPARK_DRIVER_MEMORY", "4g")
    process_settings = {
        "spark.driver.host": address,
        "spark.driver.bindAddress": address,
        "spark.driver.memory": memory,
    }
    errors = import_module("pyspark.errors")
    builder = import_module("pyspark.sql").SparkSession.builder
    for name, value in {**_SPARK_SETTINGS, **process_settings}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except errors.PySparkRuntimeError as problem:
        raise SparkUnavailable(
            f"Spark did not start. It needs Java 17 or later. {problem}"
        ) from problem
