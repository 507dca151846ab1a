"""The composition root: settings, routes and the embedded database. Nothing imports it but the start commands."""
