"""make stage: the production shape on this machine, read from the files that production reads."""
