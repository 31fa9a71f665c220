// swift-tools-version: 6.2

import PackageDescription

// MARK: - Settings every target shares

/// Swift 6 with nothing relaxed: warnings stop the build, imports are internal unless they say otherwise, and a member
/// is visible only through the module that declares it.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A C library of the operating system: a module map and inline shims, found by pkg-config, never any logic.
func cLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/CModules/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A module of the product. Its dependencies are the only modules it may import (docs/modules.md).
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

// MARK: - The package

let package = Package(
  name: "m365-admin-mcp",
  products: [
    .executable(name: "m365-admin-mcp", targets: ["m365-admin-mcp"]),
    .executable(name: "tenant-simulator", targets: ["tenant-simulator"]),
  ],
  targets: [
    // C libraries
    .systemLibrary(name: "CGlibc", path: "Sources/CModules/CGlibc"),
    cLibrary("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    cLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    cLibrary("CExpat", pkgConfig: "expat", apt: "libexpat1-dev"),
    cLibrary("CGumbo", pkgConfig: "gumbo", apt: "libgumbo-dev"),
    cLibrary("CIDN2", pkgConfig: "libidn2", apt: "libidn2-dev"),
    cLibrary("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
    cLibrary("CSQLCipher", pkgConfig: "sqlcipher", apt: "libsqlcipher-dev"),

    // The product, lowest layer first
    module("AdminCore", []),
    module("Cryptography", ["AdminCore", "CCrypto"]),
    module("Content", ["AdminCore", "CExpat", "CGumbo", "CIDN2"]),
    module("MCPProtocol", ["AdminCore"]),
    module("Store", ["AdminCore", "Cryptography", "CSQLCipher"]),
    module("M365", ["AdminCore", "Cryptography", "CCurl"]),
    module("Access", ["AdminCore", "Cryptography"]),
    module("Workflows", ["AdminCore", "Cryptography", "Store", "M365", "Content", "Access"]),
    module("Personas", ["AdminCore", "Cryptography", "Store", "Access"]),
    module(
      "AdminTools",
      [
        "AdminCore", "Cryptography", "MCPProtocol", "Store", "M365", "Content", "Access", "Workflows", "Personas",
      ]),
    program(
      "m365-admin-mcp",
      [
        "AdminCore", "Cryptography", "MCPProtocol", "Store", "M365", "Content", "Access", "Workflows", "Personas",
        "AdminTools", "CGlibc",
      ]),

    // The simulated tenant, never linked into the product
    module("TenantSimulator", ["AdminCore", "Cryptography", "CMicroHTTPD"]),
    program("tenant-simulator", ["AdminCore", "TenantSimulator"]),

    // Tests, and what they share
    .target(name: "TestRandom", path: "Tests/TestRandom", swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: ["AdminCore", "Cryptography", "MCPProtocol", "Store", "M365", "TenantSimulator", "TestRandom"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "ContentFuzzing", dependencies: ["AdminCore", "Content", "TestRandom"], path: "Tests/ContentFuzzing",
      swiftSettings: strict),
    .executableTarget(
      name: "content-fuzz", dependencies: ["ContentFuzzing"], path: "Tests/ContentFuzz", swiftSettings: strict),
    .executableTarget(
      name: "content-bench", dependencies: ["AdminCore", "Content", "ContentFuzzing"], path: "Tests/ContentBench",
      swiftSettings: strict),
    tests("AdminCoreTests", ["AdminCore", "TestSupport"]),
    tests("CryptographyTests", ["AdminCore", "Cryptography", "TestSupport"]),
    tests("ContentTests", ["AdminCore", "Content", "ContentFuzzing", "TestSupport"]),
    tests("MCPProtocolTests", ["AdminCore", "MCPProtocol", "TestSupport"]),
    tests("StoreTests", ["AdminCore", "Cryptography", "Store", "TestSupport"]),
    tests("M365Tests", ["AdminCore", "Cryptography", "M365", "TenantSimulator", "TestSupport"]),
    tests("AccessTests", ["AdminCore", "Cryptography", "Access", "TenantSimulator", "TestSupport"]),
    tests(
      "WorkflowsTests",
      [
        "AdminCore", "Cryptography", "Store", "M365", "Content", "Access", "Workflows", "TenantSimulator",
        "TestSupport",
      ]
    ),
    tests("PersonasTests", ["AdminCore", "Cryptography", "Store", "Access", "Personas", "TestSupport"]),
    tests(
      "AdminToolsTests",
      [
        "AdminCore", "Cryptography", "MCPProtocol", "Store", "M365", "Content", "Access", "Workflows", "Personas",
        "AdminTools", "TenantSimulator", "TestSupport",
      ], exclude: ["Snapshots"]),
    tests("TenantSimulatorTests", ["AdminCore", "Cryptography", "TenantSimulator", "TestSupport"]),
    tests(
      "EndToEndTests",
      ["AdminCore", "Cryptography", "M365", "MCPProtocol", "TestSupport", "m365-admin-mcp", "tenant-simulator"]),
    tests("RepositoryTests", ["AdminCore", "AdminTools", "TestSupport"]),
  ]
)
