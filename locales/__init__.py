"""Every word that a person reads: gettext catalogues, read at start."""
