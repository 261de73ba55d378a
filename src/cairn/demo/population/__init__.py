"""Simulate the families of River County: names, homes, schooling, college and employment."""
