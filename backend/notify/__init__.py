"""THE TABLE: which event of a domain is heard by whom, by which message, how urgently."""
