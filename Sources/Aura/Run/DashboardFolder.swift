import Foundation

/// Where the dashboard's built files lie: a flag or AURA_DASHBOARD says so, else beside the working folder or the executable.
enum DashboardFolder {
    static func find(_ given: String?, environment: [String: String]) throws -> String {
        if let chosen = given ?? environment["AURA_DASHBOARD"] {
            guard holds(chosen) else { throw Refused("\(chosen) holds no dashboard (no index.html)") }
            return chosen
        }
        let executable = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        var candidates = ["Dashboard/dist", executable.appendingPathComponent("../share/aura/dashboard").standardizedFileURL.path]
        // A build in .build/<triple>/<configuration> lies three or four levels below the repository.
        var folder = executable
        for _ in 0..<5 {
            folder.deleteLastPathComponent()
            candidates.append(folder.appendingPathComponent("Dashboard/dist").path)
        }
        guard let found = candidates.first(where: holds) else { throw Refused("the dashboard's files are not found: give their folder with --dashboard") }
        return found
    }

    private static func holds(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/index.html") }
}
