// AdminToolsTests
