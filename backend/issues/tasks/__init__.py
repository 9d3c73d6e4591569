"""Work: from the decision who does it, over the hands that take it, to the proof that it is done."""
