"""Recognize the columns of a file that has several assessment results in each row."""
