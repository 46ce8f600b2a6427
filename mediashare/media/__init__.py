"""Recordings, the renditions made from them, pictures, and their bytes."""
