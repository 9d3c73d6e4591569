"""What staff and workers steer from chat: groups, invitations, duty, the web door, finding and supervising."""
