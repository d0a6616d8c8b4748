"""Running an installation: starting it, the sample company, and what must be done regularly. Nobody imports it but app.py."""
