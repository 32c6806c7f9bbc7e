"""Who may have which place, and the taking of it (予約)."""
