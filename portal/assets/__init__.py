"""Building what pages and paper need from npm packages: front-end files and print fonts."""
