"""The law as data: rule cards, law packs, role permissions, business days."""

from cairn.policy.law.business_days import *
from cairn.policy.law.cards.governance.access import *
from cairn.policy.law.cards.governance.data_use import *
from cairn.policy.law.cards.legal_bases.state_law import *
from cairn.policy.law.cards.outputs.release_content import *
from cairn.policy.law.element_classes import *
from cairn.policy.law.element_names import *
from cairn.policy.law.packs.catalog import *
from cairn.policy.law.packs.criterion_specs import *
from cairn.policy.law.packs.pack import *
from cairn.policy.law.packs.state_packs import *
from cairn.policy.law.role_permissions import *
from cairn.policy.law.rule_card import *
from cairn.policy.law.sentence_templates import *
