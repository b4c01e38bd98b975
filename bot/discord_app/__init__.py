"""Everything that speaks to Discord; the only package that imports discord."""
