"""The local telephone exchange at its protocol, asked by Twilio's own client."""
