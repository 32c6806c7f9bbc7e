"""The directory of municipalities and hosts: the only table that all share."""
