"""技术应用: the doors to the outside world. No tables, no web framework; only `seawall.core` is known here."""
