"""The world outside the product, small enough for one laptop: the product meets it only at its protocols."""
