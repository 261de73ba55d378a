"""Convert the text of landed rows into typed fields, on this machine or on Spark."""
