// TenantSimulator: see docs/modules.md.
