"""Write the figures of one outcome as files: CSV, Excel, data package and PDF."""
