import Foundation
import Notation
import Synchronization

/// Files that pages hand over: into one folder, up to a size, and never opened.
final class Downloads: Sendable {
    /// Files kept in the folder by one life of the browser; more are refused.
    static let countBound = 50

    private let connection: DevToolsConnection
    private let folder: String?
    /// In the browser's own profile: the browser may not write anywhere else.
    private let landing: String
    private let limit: Int
    private let state = Mutex(Ring<DownloadRecord>(Downloads.countBound * 2))

    init(_ connection: DevToolsConnection, folder: String?, landing: String, limit: Int) {
        self.connection = connection
        self.folder = folder
        self.landing = landing
        self.limit = limit
    }

    var records: [DownloadRecord] { state.withLock { $0.elements } }

    /// A new context begins with downloads as the operator wants them.
    func prepare(_ context: String) {
        connection.post(DevToolsCommand("Browser.setDownloadBehavior", .object([
            "behavior": folder == nil ? "deny" : "allowAndName", "browserContextId": .text(context), "downloadPath": folder == nil ? nil : .text(landing), "eventsEnabled": true,
        ])))
    }

    func take(_ event: DevToolsEvent) {
        guard let id = event.params["guid"]?.asText else { return }
        switch event.method {
        case "Browser.downloadWillBegin": begin(id, event.params)
        default: progress(id, event.params)
        }
    }

    private func begin(_ id: String, _ params: JSON) {
        let isRoom = state.withLock { state in
            let saved = state.elements.count { $0.outcome == .saved || $0.outcome == .running }
            let fits = folder != nil && saved < Self.countBound
            state.append(DownloadRecord(
                id: id, page: params["frameId"]?.asText, url: params["url"]?.asText ?? "", suggestedName: VisibleText.line(params["suggestedFilename"]?.asText ?? "", bound: 200), bytes: 0,
                outcome: fits ? .running : .refused, path: nil, why: fits ? nil : folder == nil ? "downloads are off" : "\(Self.countBound) files were taken already"))
            return fits
        }
        if !isRoom { cancel(id) }
    }

    private func progress(_ id: String, _ params: JSON) {
        let bytes = max(params["receivedBytes"]?.asNumber ?? 0, params["totalBytes"]?.asNumber ?? 0)
        guard bytes <= Double(limit) else {
            finish(id, .refused, Int(min(bytes, 9e15)), why: "larger than \(limit) bytes")
            return cancel(id)
        }
        switch params["state"]?.asText {
        case "completed": keep(id, Int(bytes))
        case "canceled": finish(id, .cancelled, Int(bytes), why: nil)
        default: state.withLock { $0.change(last: { $0.id == id }) { $0.bytes = Int(bytes) } }
        }
    }

    private func cancel(_ id: String) { connection.post(DevToolsCommand("Browser.cancelDownload", .object(["guid": .text(id)]))) }

    private func finish(_ id: String, _ outcome: DownloadRecord.Outcome, _ bytes: Int, why: String?, path: String? = nil) {
        state.withLock { state in
            state.change(last: { $0.id == id && $0.outcome == .running }) { record in
                record.outcome = outcome
                record.bytes = bytes
                record.why = why
                record.path = path
            }
        }
    }

    /// Out of the browser's reach, under a name of ours, for its owner to read and nobody to run.
    private func keep(_ id: String, _ bytes: Int) {
        guard let folder, id.utf8.allSatisfy({ ($0 | 0x20 >= 97 && $0 | 0x20 <= 102) || ($0 >= 48 && $0 <= 57) || $0 == 45 }),
            let record = records.last(where: { $0.id == id && $0.outcome == .running })
        else { return }
        let name = "\(id.prefix(8))-\(Self.plain(record.suggestedName))"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let source = "\(landing)/\(id)"
            let size = (try FileManager.default.attributesOfItem(atPath: source)[.size] as? NSNumber)?.intValue ?? Int.max
            guard size <= limit else { return finish(id, .refused, size, why: "larger than \(limit) bytes") }
            try FileManager.default.copyItem(atPath: source, toPath: "\(folder)/\(name)")
            try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o600)], ofItemAtPath: "\(folder)/\(name)")
            try FileManager.default.removeItem(atPath: source)
            finish(id, .saved, size, why: nil, path: "\(folder)/\(name)")
        } catch { finish(id, .refused, bytes, why: "it could not be kept: \(error.localizedDescription)") }
    }

    /// The last part of it: letters, digits, dots and dashes; no dot in front.
    static func plain(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? name
        let kept = last.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || ".-_".unicodeScalars.contains(scalar)) ? Character(scalar) : "_"
        }
        let text = String(String(kept).replacing("..", with: ".").drop { $0 == "." || $0 == "_" }.suffix(80))
        return text.isEmpty ? "file" : text
    }
}
