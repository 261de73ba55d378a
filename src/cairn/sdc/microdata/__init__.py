"""Protect student-level extracts for approved research, and measure the risk that is left."""

from cairn.sdc.microdata.anonymity import *
from cairn.sdc.microdata.copy_tracing import *
from cairn.sdc.microdata.date_shift import *
from cairn.sdc.microdata.extract_assembly import *
from cairn.sdc.microdata.free_text import *
from cairn.sdc.microdata.generalization import *
from cairn.sdc.microdata.text_masks import *
