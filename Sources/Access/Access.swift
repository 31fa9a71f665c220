// Access: see docs/modules.md.
