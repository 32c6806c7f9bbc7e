"""Where and when: venues, openings, slots and the places in them (会場・予約枠)."""
