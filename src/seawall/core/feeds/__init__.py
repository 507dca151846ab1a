"""Public feeds of the risk universe: pure readers from bytes to records, and what the records say together."""
