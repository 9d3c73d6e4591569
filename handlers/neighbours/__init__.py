"""/help_neighbour: to ask for help, and to give it."""
