"""The field's terms as enums, each spelled once for code, TOML files and pages.

Import the enums from this package; the modules below group them by noun.
"""

from cairn.policy.vocabulary.access import *
from cairn.policy.vocabulary.actions import *
from cairn.policy.vocabulary.agreements import *
from cairn.policy.vocabulary.breaches import *
from cairn.policy.vocabulary.code_labels import *
from cairn.policy.vocabulary.data_use import *
from cairn.policy.vocabulary.decisions import *
from cairn.policy.vocabulary.deliveries import *
from cairn.policy.vocabulary.families import *
from cairn.policy.vocabulary.legal_process import *
from cairn.policy.vocabulary.organizations import *
from cairn.policy.vocabulary.projects import *
from cairn.policy.vocabulary.releases import *
from cairn.policy.vocabulary.retention import *
from cairn.policy.vocabulary.surveys import *
