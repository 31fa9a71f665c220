// Workflows: see docs/modules.md.
