"""The staff's pages, tested from outside: requests as a browser sends them, on both databases, and a real browser."""
