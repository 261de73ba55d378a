"""What headings and cells of attendance files and lists mean beside the other columns."""
