"""What may be seen, kept, logged (個人情報の保護)."""
