"""Benches: our work and the plain alternative, measured side by side in one run and reported as a ratio."""
