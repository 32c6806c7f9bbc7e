"""People on the phone (コールセンター)."""
