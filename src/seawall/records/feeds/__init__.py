"""Runs of the public feeds: each good one a new release, each bad one recorded with its reasons."""
