"""Use cases of evaluations, by noun; each is one transaction and leaves a trace in the audit log."""
