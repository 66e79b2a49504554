"""Jobs: background work with leases, cursors and progress, in the portal's own database."""
