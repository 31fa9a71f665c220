// TenantSimulatorTests
