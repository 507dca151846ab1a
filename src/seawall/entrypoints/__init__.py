"""The doors: web, API, commands and jobs. Each translates and calls one action, or the queries its page shows."""
