"""The pure core: functions and frozen values, from evidence to money.

Nothing in here reads a clock, a file, a socket or a database, and nothing in
here imports Django; dates, seeds and reference data are arguments.
"""
