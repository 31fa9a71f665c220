// Content: see docs/modules.md.
