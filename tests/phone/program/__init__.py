"""The program with a telephone: an exchange beside it, people with handsets, an elder with contacts."""
