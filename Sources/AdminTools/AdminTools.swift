// AdminTools: see docs/modules.md.
