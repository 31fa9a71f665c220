// M365Tests
