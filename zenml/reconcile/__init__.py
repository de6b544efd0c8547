"""Makes a profile like something else: a document, another profile, its own past."""
