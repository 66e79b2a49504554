"""Reads of rulebooks: versions in force and to come, proposals, and who has read what."""
