"""Protect each data owner's students from other contributors, who can subtract their part."""

from cairn.sdc.contributors.contributor_protection import *
from cairn.sdc.contributors.residual import *
