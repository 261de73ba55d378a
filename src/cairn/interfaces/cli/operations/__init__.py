"""Commands that run an installation: demo, server, health checks, verification, destruction."""
