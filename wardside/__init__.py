"""The ward's own side (区の側の道具): runs inside the ward's network, never with the platform."""
