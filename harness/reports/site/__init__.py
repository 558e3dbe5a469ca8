"""The static site: results as pages that open from disk, with no server and no network."""
