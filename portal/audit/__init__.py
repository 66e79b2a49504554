"""The append-only record of who changed or read what, for whom, as a chain of hashes.

Other slices call ``record`` inside their unit of work and show ``list_history`` on their pages.
"""
