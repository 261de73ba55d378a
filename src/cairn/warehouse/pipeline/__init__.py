"""Move rows from a partner's file to a project's mart: land, conform, build the mart."""

from cairn.warehouse.pipeline.changes import *
from cairn.warehouse.pipeline.conform import *
from cairn.warehouse.pipeline.corrections import *
from cairn.warehouse.pipeline.landing import *
from cairn.warehouse.pipeline.mart import *
from cairn.warehouse.pipeline.preview import *
from cairn.warehouse.pipeline.quality import *
from cairn.warehouse.pipeline.reshape import *
from cairn.warehouse.pipeline.row_filters import *
