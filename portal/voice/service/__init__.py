"""Use cases of voice, one transaction each."""
