// swift-tools-version: 6.2
import PackageDescription

// The manifest reads as the diagram: each target lists the arrows it may draw, and nothing else.
// `AURA_CORE_ONLY=1` leaves out the adapters and every third-party package, for a build of seconds.

let coreOnly = Context.environment["AURA_CORE_ONLY"] == "1"

// exp, log and erf without Foundation: the core's one dependency.
let numerics: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
    // A section for each function lets the linker leave out those that nothing calls.
    .unsafeFlags(["-cross-module-optimization", "-Xfrontend", "-function-sections"], .when(configuration: .release)),
]

// The program carries Swift's own libraries: a server that an assistant starts is then resident with a quarter less, and answers a sixth sooner
// (docs/decisions/0019). Functions that a server runs while it starts lie side by side (Benchmarks/Assistants/order.py). The names after `-static-stdlib` are what the static Foundation needs and the dynamic one does not name.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-stdlib", "-use-ld=lld"]
            + [
                "-z", "pack-relative-relocs", "--icf=safe", "--no-export-dynamic", "--symbol-ordering-file=\(Context.packageDirectory)/Scripts/functions.order",
                "--no-warn-symbol-ordering",
            ].flatMap { ["-Xlinker", $0] }
            + ["_FoundationICU", "_FoundationCShims", "_FoundationCollections", "CoreFoundation", "FoundationInternationalization"].map { "-l\($0)" },
        .when(platforms: [.linux], configuration: .release)),
]

func core(_ name: String, _ arrows: [String] = [], math: Bool = false) -> Target {
    .target(name: name, dependencies: arrows.map { .byName(name: $0) } + (math ? [numerics] : []), path: "Sources/Core/\(name)", swiftSettings: strict)
}

func runtime(_ name: String, _ arrows: [String]) -> Target {
    .target(name: name, dependencies: arrows.map { .byName(name: $0) }, path: "Sources/Runtime/\(name)", swiftSettings: strict)
}

func adapter(_ name: String, _ arrows: [String], heavy: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: arrows.map { .byName(name: $0) } + heavy, path: "Sources/Adapters/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ arrows: [String], _ path: String? = nil, heavy: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: arrows.map { .byName(name: $0) } + heavy, path: "Tests/\(path ?? name)", swiftSettings: strict)
}

// MARK: - The core decides: pure, from event to effect

let coreTargets: [Target] = [
    core("Model"),
    core("Notation"),
    core("StateCoding"),
    core("MCP", ["Notation"]),
    core("Wire", ["Model"]),
    core("Books", ["Model"]),
    core("Accounting", ["Model"]),
    core("Learning", ["Model"], math: true),
    core("Matching", ["Accounting", "Books", "Model"]),
    core("Simulation", ["Matching", "Model"], math: true),
    core("Strategies", ["Accounting", "Books", "Model", "Sentiment"], math: true),
    core("Risk", ["Accounting", "Books", "Model"], math: true),
    core("Sentiment", ["Model"], math: true),
    core("Engine", ["Accounting", "Books", "Learning", "Model", "Risk", "Strategies"]),
    // Benchmarks, not parts: nothing imports them.
    .executableTarget(name: "venue-bench", dependencies: ["Matching", "Model"], path: "Benchmarks/Venue", swiftSettings: strict),
    .executableTarget(name: "kelly-bench", dependencies: ["Risk"], path: "Benchmarks/Kelly", exclude: ["peers.py"], swiftSettings: strict),
    .executableTarget(name: "sentiment-tool", dependencies: ["Model", "Sentiment"], path: "Benchmarks/Sentiment", swiftSettings: strict),
    // What independent implementations ask our mathematics through: it proves the core, and is no part of the product.
    .executableTarget(
        name: "aura-math-fixture", dependencies: ["Accounting", "Learning", "Model", "Risk", "Strategies"], path: "Tests/MathFixture", swiftSettings: strict),
    .target(name: "TestSupport", dependencies: ["Model"], path: "Tests/TestSupport", swiftSettings: strict),
    tests("CoreTests", [
        "Accounting", "Books", "Engine", "Learning", "MCP", "Matching", "Model", "Notation", "Risk", "Sentiment", "Simulation", "StateCoding", "Strategies",
        "TestSupport", "Wire",
    ], heavy: [numerics]),
]

// MARK: - The node orders: one owner of the engine, ports to the outside

let runtimeTargets: [Target] = [
    runtime("Ports", ["Model", "Risk"]),
    runtime("Node", ["Accounting", "Books", "Engine", "Learning", "Model", "Ports", "Risk", "StateCoding", "Strategies"]),
    runtime("Backtest", ["Accounting", "Books", "Engine", "Learning", "Matching", "Model", "Risk", "Wire"]),
    tests("RuntimeTests", ["Accounting", "Backtest", "Engine", "Learning", "Matching", "Model", "Node", "Ports", "Risk", "Sentiment", "StateCoding", "Strategies", "TestSupport", "Wire"]),
]

// MARK: - The adapters touch: the only importers of third-party input and output

let adapterTargets: [Target] = [
    .systemLibrary(name: "CZstd", path: "Sources/Adapters/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", path: "Sources/Adapters/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CExpat", path: "Sources/Adapters/CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    adapter("Transport", [], heavy: [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]),
    adapter("Keys", [], heavy: [
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
    ]),
    adapter("Kalshi", ["Keys", "Model", "Ports", "Risk", "Transport", "Wire"]),
    adapter("Exchange", ["Accounting", "Books", "Keys", "Matching", "Model", "Notation", "Ports", "Simulation", "Transport", "Wire"]),
    adapter("Recording", ["CZlib", "CZstd", "Keys", "Learning", "Model", "Ports", "Wire"]),
    adapter("Storage", ["CZstd", "Keys", "Model", "Ports"], heavy: [.product(name: "GRDB", package: "GRDB.swift")]),
    adapter("Feeds", ["CExpat", "Model", "Notation", "Ports", "Transport"]),
    adapter("Bridge", ["Keys", "Model", "Ports", "Transport"]),
    adapter("AccessTokens", [], heavy: [.product(name: "JWTKit", package: "jwt-kit")]),
    adapter("YAML", ["Notation"], heavy: [.product(name: "Yams", package: "Yams")]),
    adapter("Kubernetes", ["Notation", "Transport"]),
    adapter("MCPOrchestration", ["Kubernetes", "MCP", "MCPHosting", "MCPServing", "Notation", "Transport"]),
    adapter("MCPHosting", ["Keys", "MCP", "Notation", "Transport"]),
    adapter("MCPServing", ["Keys", "MCP", "MCPHosting", "Notation"]),
    adapter("MCPKalshi", ["Accounting", "Books", "Kalshi", "Keys", "MCP", "MCPHosting", "MCPServing", "Model", "Notation", "Ports", "Risk", "Transport"]),
    adapter("HostFacts", ["Notation"]),
    adapter("Healing", ["HostFacts", "Keys", "Model", "Notation", "Transport"]),
    adapter("Redis", []),
    .systemLibrary(name: "CSQLite", path: "Sources/Adapters/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    adapter("MCPSystem", ["CSQLite", "Healing", "HostFacts", "MCP", "MCPHosting", "MCPServing", "Model", "Notation", "Redis", "Transport"]),
    adapter("Browser", ["Notation", "Transport"]),
    adapter("MCPBrowser", ["Browser", "MCP", "MCPHosting", "MCPServing", "Model", "Notation", "Ports"]),
    // What the protocol's suites call by name: it proves the library, and is no part of the product.
    .executableTarget(name: "aura-mcp-fixture", dependencies: ["MCP", "MCPHosting", "Notation"], path: "Tests/MCPFixture", swiftSettings: strict),
    .executableTarget(
        name: "aura",
        dependencies: [
            "AccessTokens", "Accounting", "Backtest", "Books", "Bridge", "Browser", "Engine", "Exchange", "Feeds", "Healing", "HostFacts", "Kalshi", "Keys",
            "Learning", "MCPBrowser", "MCPHosting", "MCPKalshi", "MCPServing", "MCPSystem", "Matching", "Model", "Node", "Ports", "Recording",
            "Redis", "Risk", "Simulation", "Storage", "Strategies", "Transport", "Wire",
            "Kubernetes", "MCPOrchestration", "Notation", "YAML",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Sources/Aura", swiftSettings: strict, linkerSettings: selfContained),
    // A benchmark, not a part: nothing imports it.
    .executableTarget(
        name: "sockets-bench", dependencies: ["Exchange", "Keys", "Model"], path: "Benchmarks/Sockets", exclude: ["reader.cpp"], swiftSettings: strict),
    // What tests of several servers for assistants share.
    .target(name: "MCPTestSupport", dependencies: ["MCP", "MCPHosting", "Model", "Notation", "Ports", "Risk"], path: "Tests/MCPTestSupport", swiftSettings: strict),
    tests("AdapterTests", [
        "AccessTokens", "Accounting", "Books", "Bridge", "Exchange", "Feeds", "Healing", "HostFacts", "Kalshi", "Keys", "MCP", "MCPHosting", "MCPKalshi", "MCPServing", "MCPSystem", "MCPTestSupport", "Matching", "Model", "Notation", "Ports", "Recording", "Redis", "Risk", "Simulation", "Storage",
        "TestSupport", "Transport", "Wire", "aura-mcp-fixture",
    ], heavy: [
        .product(name: "JWTKit", package: "jwt-kit"),  // to issue tokens, as an issuer does
        .product(name: "GRDB", package: "GRDB.swift"),  // to damage files the way only SQL can
        .product(name: "NIOSSL", package: "swift-nio-ssl"),  // to have its errors judged
    ]),
    tests("DeskTests", [
        "Accounting", "Books", "Engine", "Exchange", "Kalshi", "Keys", "MCP", "MCPHosting", "MCPKalshi", "MCPServing", "MCPTestSupport", "Matching", "Model", "Node", "Notation", "Ports",
        "Risk", "Storage", "TestSupport", "Transport",
    ]),
    tests("EndToEndTests", ["Accounting", "Engine", "Healing", "HostFacts", "MCPHosting", "Node", "MCP", "Matching", "Model", "Notation", "Ports", "Storage", "TestSupport", "Transport", "aura"]),
    tests("BrowserTests", ["Browser", "MCP", "MCPBrowser", "MCPHosting", "MCPServing", "MCPTestSupport", "Model", "Notation", "Ports", "Transport"]),
    tests("KubernetesTests", ["Kubernetes", "MCP", "MCPHosting", "MCPOrchestration", "MCPServing", "MCPTestSupport", "Notation", "Transport", "YAML"]),
    tests("ArchitectureTests", []),
]

let package = Package(
    name: "aura",
    products: coreOnly ? [] : [.executable(name: "aura", targets: ["aura"])],
    dependencies: coreOnly ? [.package(url: "https://github.com/apple/swift-numerics", from: "1.1.1")] : [
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: coreOnly ? coreTargets : coreTargets + runtimeTargets + adapterTargets,
    swiftLanguageModes: [.v6]
)
