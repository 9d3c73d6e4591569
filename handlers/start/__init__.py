"""The first words: the main menu, joining as a resident, language, help, privacy."""
