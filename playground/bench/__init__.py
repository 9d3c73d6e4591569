"""The bench: simulated devices lie on it, and one plays them by hand; each speaks its protocol to the real doors."""
