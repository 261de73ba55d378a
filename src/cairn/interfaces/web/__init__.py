"""Run the web application: navigation, home page, middleware, server and worker."""
