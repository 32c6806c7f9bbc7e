"""What we owe people by SMS, mail, voice and post (通知)."""
