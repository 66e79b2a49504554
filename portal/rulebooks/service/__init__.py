"""Use cases of rulebooks, by noun; each is one transaction and leaves a trace in the audit log."""
