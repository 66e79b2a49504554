"""Use cases of occasions, one transaction each, or part of the caller's."""
