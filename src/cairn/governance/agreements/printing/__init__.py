"""Print an agreement document as a Word file for markup, or as a PDF to keep."""
