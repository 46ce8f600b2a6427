"""What every request needs: sessions, errors, CSRF, limits, rendering."""
