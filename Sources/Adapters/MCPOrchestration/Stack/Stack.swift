public import Foundation
import MCPHosting

/// Aura's own manifests, with the image that they run: `Deploy/kubernetes`.
public struct Stack: Sendable {
    /// Without its tag, which is the version.
    public let image: String
    /// In the order in which they are applied; each workload must be well before the next is touched.
    let manifests: [String]

    /// - Parameters:
    ///   - folder: its `.yaml` files are taken in the order of their names. `${AURA_IMAGE}` and `${AURA_VERSION}` stand for the image and the version.
    ///   - image: `registry/name`, without a tag.
    public init(folder: URL, image: String) throws {
        guard image.utf8.count <= 200, image.wholeMatch(of: /([a-z0-9.-]+(:[0-9]+)?\/)?[a-z0-9]+([._\/-]+[a-z0-9]+)*/) != nil else {
            throw ToolFailure("'\(image.prefix(80))' is no name of an image without a tag, as registry.example.org/aura")
        }
        let files: [URL]
        do { files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) } catch {
            throw ToolFailure("The folder of manifests \(folder.path) cannot be read.")
        }
        let chosen = files.filter { $0.pathExtension == "yaml" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        guard !chosen.isEmpty else { throw ToolFailure("There is no .yaml file in \(folder.path).") }
        manifests = try chosen.map { file in
            do { return try String(contentsOf: file, encoding: .utf8) } catch { throw ToolFailure("\(file.path) cannot be read as text.") }
        }
        self.image = image
    }

    /// The manifests of a version, as one text.
    func text(version: String) throws -> String {
        // A tag and the value of a label at once.
        guard version.wholeMatch(of: /[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?/) != nil else { throw ToolFailure("'\(version.prefix(80))' is no version: letters, digits, dots and dashes, 63 at most.") }
        return manifests.joined(separator: "\n---\n").replacingOccurrences(of: "${AURA_IMAGE}", with: image).replacingOccurrences(of: "${AURA_VERSION}", with: version)
    }
}
