"""Imports: a file read by the child process becomes staged rows, a preview, and, once confirmed, records.

One batch is one file. Staged rows live in tables of their own, made for the batch and dropped after it; what
a batch changed is kept so that the whole batch can be undone. See docs/algorithms/imports.md.
"""
