"""Training of dealers: courses and sessions. Filled by the training programme."""
