"""Clients side by side: a reply, contenders that read it, rounds, and what they come to."""
