"""Workbooks (.xlsx), out and in. What comes in is somebody else's file: it is judged before it is read."""
