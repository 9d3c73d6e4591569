"""What every other part stands on: settings, clock, database, unit of work, events, errors, texts, audit, access."""
