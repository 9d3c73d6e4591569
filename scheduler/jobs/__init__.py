"""What the clock does: every job is small, works in batches of one unit of work each, and never uses the network."""
