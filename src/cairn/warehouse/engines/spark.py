"""Spark, for more records than one machine should hold. PySpark is installed separately.

A session of this process: `cairn` is the driver, and it listens on the loopback address alone,
unless SPARK_LOCAL_IP names another.
What Spark puts aside on its disks (shuffles, spills) is encrypted with a key of the session.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

_SETTINGS: Final[Mapping[str, str]] = {
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
"""Where the session runs, `spark.master`, the machine's own settings say (spark-defaults.conf);
else it runs on all cores of this machine."""


class NoSpark(Exception):
    """PySpark or Java is missing. The message says what to install."""


def session() -> Any:
    """The session of this process, made once: Spark keeps only one."""
    if find_spec("pyspark") is None:
        raise NoSpark(
            "Spark is not installed here. Install Java 17 or later, and PySpark beside Cairn: "
            "uv sync --extra spark"
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # On a cluster its machines must reach the driver: whoever runs one says at which address.
    address = os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    memory = os.environ.get("SPARK_DRIVER_MEMORY", "4g")
    own = {
        "spark.driver.host": address,
        "spark.driver.bindAddress": address,
        "spark.driver.memory": memory,
    }
    errors = import_module("pyspark.errors")
    builder = import_module("pyspark.sql").SparkSession.builder
    for name, value in {**_SETTINGS, **own}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except errors.PySparkRuntimeError as problem:
        raise NoSpark(f"Spark did not start. It needs Java 17 or later. {problem}") from problem
