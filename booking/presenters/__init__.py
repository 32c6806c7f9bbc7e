"""How residents' pages put things into words."""
