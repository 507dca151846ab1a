"""The vault: originals that nobody alters, and a log of what happened that nobody can rewrite unseen."""
