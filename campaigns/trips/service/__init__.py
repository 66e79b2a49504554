"""Use cases of trips that write, one transaction each."""
