"""Stories: people with telephones and the whole program, from the first photo to the stars."""
