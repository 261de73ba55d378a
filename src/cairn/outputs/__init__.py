"""Group the apps that let data out: releases, extracts, dashboards, registers and deadlines."""
