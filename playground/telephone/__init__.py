"""A local telephone exchange: Twilio's REST API and TwiML on one side, people's telephones on the other."""
