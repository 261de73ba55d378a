"""Figures that readers compose, and questions about those that are not public."""
