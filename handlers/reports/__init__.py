"""The conversation in which somebody reports a problem: in any order, photo first or last, never lost."""
