"""Pictures of reports: SVG and pages that are made on the server, without a script."""
