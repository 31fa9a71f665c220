// AdminCoreTests
