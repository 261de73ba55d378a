"""Provide the template filter that labels what a destroyed file held."""

from django import template

from cairn.governance.retention.data_holders import label_zone

register = template.Library()
register.filter("zone_label", label_zone)
