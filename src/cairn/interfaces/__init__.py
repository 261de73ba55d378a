"""Connect Cairn to its users: the web application, the command line and the API."""
