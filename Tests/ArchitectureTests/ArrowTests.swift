import Foundation
import Testing

/// The arrows that may be drawn. A new one is a decision: it goes here, into Package.swift and into ARCHITECTURE.md in one commit.
private let arrows: [String: Set<String>] = [
    // The core decides. RealModule is exp, log and erf without Foundation.
    "Core/Model": [],
    "Core/Notation": [],
    "Core/StateCoding": [],
    "Core/MCP": ["Notation"],
    "Core/Wire": ["Model"],
    "Core/Books": ["Model"],
    "Core/Accounting": ["Model"],
    "Core/Learning": ["Model", "RealModule"],
    "Core/Matching": ["Accounting", "Books", "Model"],
    "Core/Simulation": ["Matching", "Model", "RealModule"],
    "Core/Strategies": ["Accounting", "Books", "Model", "RealModule", "Sentiment"],
    "Core/Risk": ["Accounting", "Books", "Model", "RealModule"],
    "Core/Sentiment": ["Model", "RealModule"],
    "Core/Engine": ["Accounting", "Books", "Learning", "Model", "Risk", "Strategies"],
    // The node orders.
    "Runtime/Ports": ["Model", "Risk"],
    "Runtime/Node": ["Accounting", "Books", "Engine", "Learning", "Model", "Ports", "Risk", "StateCoding", "Strategies"],
    "Runtime/Backtest": ["Accounting", "Books", "Engine", "Learning", "Matching", "Model", "Risk", "Wire"],
    // The adapters touch, never each other: Transport and Keys stand below the others, as the one importer of the network and of cryptography.
    "Adapters/CZstd": [],
    "Adapters/CZlib": [],
    "Adapters/CExpat": [],
    "Adapters/Transport": [
        "AsyncHTTPClient", "HummingbirdCore", "Logging", "NIOCore", "NIOFoundationCompat", "NIOHTTP1",
        "NIOPosix", "NIOSSL", "NIOWebSocket", "ServiceLifecycle",
    ],
    "Adapters/Keys": ["Crypto", "CryptoExtras"],
    "Adapters/Kalshi": ["Keys", "Model", "Ports", "Risk", "Transport", "Wire"],
    "Adapters/Exchange": ["Accounting", "Books", "Keys", "Matching", "Model", "Notation", "Ports", "Simulation", "Transport", "Wire"],
    "Adapters/Recording": ["CZlib", "CZstd", "Keys", "Learning", "Model", "Ports", "Wire"],
    "Adapters/Storage": ["CZstd", "GRDB", "Keys", "Model", "Ports"],
    "Adapters/Feeds": ["CExpat", "Model", "Notation", "Ports", "Transport"],
    "Adapters/Bridge": ["Keys", "Model", "Ports", "Transport"],
    "Adapters/AccessTokens": ["JWTKit"],
    "Adapters/YAML": ["Notation", "Yams"],
    "Adapters/Kubernetes": ["Notation", "Transport"],
    "Adapters/MCPOrchestration": ["Kubernetes", "MCP", "MCPHosting", "MCPServing", "Notation", "Transport"],
    "Adapters/MCPHosting": ["Keys", "MCP", "Notation", "Transport"],
    // It owns the line to the exchange, so it stands on the client as well.
    "Adapters/MCPKalshi": ["Accounting", "Books", "Kalshi", "Keys", "MCP", "MCPHosting", "MCPServing", "Model", "Notation", "Ports", "Risk", "Transport"],
    // What the servers share stands below them, as Transport does below the others.
    "Adapters/MCPServing": ["Keys", "MCP", "MCPHosting", "Notation"],
    // A reading of the machine says its own schema.
    "Adapters/HostFacts": ["Notation"],
    // It asks the desk as the system server does, and answers by the same server and hashes as all.
    "Adapters/Healing": ["HostFacts", "Keys", "Model", "Notation", "Transport"],
    "Adapters/Redis": [],
    "Adapters/CSQLite": [],
    "Adapters/MCPSystem": ["CSQLite", "Healing", "HostFacts", "MCP", "MCPHosting", "MCPServing", "Model", "Notation", "Redis", "Transport"],
    "Adapters/Browser": ["Notation", "Transport"],
    // What it read is shown beside the desk.
    "Adapters/MCPBrowser": ["Browser", "MCP", "MCPHosting", "MCPServing", "Model", "Notation", "Ports"],
]

/// What comes with the toolchain and may be used outside the core.
private let toolchain: Set<String> = ["Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization"]

private struct Import {
    let module: String
    let imported: String
    let finding: Finding

    /// Every import of the sources, with the module it stands in: "Core/Model", "Aura".
    static func all() -> [Import] {
        let pattern = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
        return Repository.files(under: "Sources", ending: [".swift"]).flatMap { file in
            let parts = file.path.split(separator: "/")
            let module = parts[1] == "Aura" ? "Aura" : "\(parts[1])/\(parts[2])"
            return file.lines.enumerated().compactMap { index, line in
                line.firstMatch(of: pattern).map {
                    Import(module: module, imported: String($0.1), finding: Finding(path: file.path, line: index + 1, text: String(line)))
                }
            }
        }
    }
}

@Suite struct ArrowTests {
    @Test func `every import is an arrow of the diagram`() {
        let all = Import.all()
        #expect(all.count > 50, "the sources were not found")
        let wrong = all.filter { found in
            guard found.module != "Aura" else { return false }
            let allowed = arrows[found.module] ?? []
            return !allowed.contains(found.imported) && (found.module.hasPrefix("Core/") || !toolchain.contains(found.imported))
        }
        #expect(wrong.isEmpty, "imports that no arrow allows:\(listed(wrong.map(\.finding)))")
    }

    @Test func `every module has its line in the diagram`() {
        let modules = Set(Repository.files(under: "Sources", ending: [".swift", ".modulemap"]).compactMap { file -> String? in
            let parts = file.path.split(separator: "/")
            return parts[1] == "Aura" ? nil : "\(parts[1])/\(parts[2])"
        })
        #expect(modules.symmetricDifference(arrows.keys).isEmpty, "modules without a line, or lines without a module: \(modules.symmetricDifference(arrows.keys).sorted())")
    }

    @Test func `a third-party package is imported by one module`() {
        let ours = Set(arrows.keys.map { String($0.split(separator: "/")[1]) })
        var importers: [String: Set<String>] = [:]
        // RealModule is arithmetic, not input or output: the core's own dependency.
        for found in Import.all() where !ours.contains(found.imported) && !toolchain.contains(found.imported) && found.imported != "RealModule" {
            importers[found.imported, default: []].insert(found.module)
        }
        let shared = importers.filter { $0.value.count > 1 }.map { "\($0.key) by \($0.value.sorted().joined(separator: ", "))" }.sorted()
        #expect(shared.isEmpty, "imported by more than one module:\(listed(shared))")
    }

    @Test func `the arrows have no circle`() {
        let ours = Dictionary(uniqueKeysWithValues: arrows.map { (String($0.key.split(separator: "/")[1]), $0.value) })
        var left = ours.mapValues { $0.intersection(ours.keys) }
        while let next = left.filter({ $0.value.isEmpty }).keys.sorted().first {
            left[next] = nil
            for key in left.keys { left[key]?.remove(next) }
        }
        #expect(left.isEmpty, "in a circle: \(left.keys.sorted())")
    }
}
