"""Drills (訓練): the house loses processes, disks and wires on purpose, and what it promised holds.

`make drill` runs every scenario as it should be, then again with each seeded defect, which the
same check must catch: a check that finds nothing wrong in a broken house proves nothing.
"""
