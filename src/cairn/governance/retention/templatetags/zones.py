"""Name the zones of the file store in words."""

from django import template

from cairn.governance.retention.data_holders import label_zone

register = template.Library()
register.filter("zone_in_words", label_zone)
