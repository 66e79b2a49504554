"""Use cases of identity, one module per noun; each is one transaction and is recorded in the audit log."""
