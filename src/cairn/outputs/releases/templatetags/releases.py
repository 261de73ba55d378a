"""Provide template filters that put the stored codes of a release into words."""

from django import template

from cairn.outputs.releases.labels import describe_caveat, select_matching_caveats

register = template.Library()
register.filter("caveat", describe_caveat)
register.filter("of_linkage", select_matching_caveats)
