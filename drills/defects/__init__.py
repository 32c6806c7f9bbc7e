"""Seeded defects: the house with one guard taken away. Only a drill ever starts these."""
