"""Figures that are counted from the answers of a survey, up to their publication."""
