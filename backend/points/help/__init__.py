"""Neighbours help each other: somebody asks, somebody comes, both say that it is done."""
