"""What callers and writers of SMS can do, and how their words are read."""
