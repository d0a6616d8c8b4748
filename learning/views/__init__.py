"""What is answered to a browser: records and supervision, and team meetings."""
