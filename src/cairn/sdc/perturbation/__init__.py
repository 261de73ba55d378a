"""Alternatives to suppression: coarser groups, rounding and noise; and what each keeps."""

from cairn.sdc.perturbation.cell_key import *
from cairn.sdc.perturbation.controlled_rounding import *
from cairn.sdc.perturbation.global_recoding import *
from cairn.sdc.perturbation.information_loss import *
from cairn.sdc.perturbation.percentage_bands import *
from cairn.sdc.perturbation.perturbation_audit import *
from cairn.sdc.perturbation.usefulness import *
