"""Use cases of surveys, one transaction each."""
