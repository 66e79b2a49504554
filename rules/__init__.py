"""Pure decisions: rulebooks in, outcomes out. No web, no database, no clock."""
