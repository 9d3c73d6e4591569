"""What problems can be reported as: a community's own kinds, their questions, and which are offered first."""
