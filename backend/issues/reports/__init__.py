"""What residents say and hear: a report comes in, joins or opens an issue, and its people follow it to the end."""
