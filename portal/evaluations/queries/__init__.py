"""Reads of evaluations: runs, review list, single scorecards; the viewer's scope is always in the SQL."""
