// M365: see docs/modules.md.
