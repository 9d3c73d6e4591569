"""What the tests stand on: real databases and a real browser, started for one run and gone after it."""
