"""What the pages show: queries over the domains, cut to the org paths that the reader may see."""
