import MCP
import MCPHosting
import Notation

/// A tool with its audit line and its redaction: no tool can forget either.
struct GuardedTool: ServedTool {
    let name: String
    let hints: ToolHints?
    private let tool: any ServedTool
    private let audit: AuditTrail?
    private let redactor: Redactor
    private let news: AuditNews?

    init(_ tool: any ServedTool, audit: AuditTrail?, redactor: Redactor, news: AuditNews? = nil) {
        self.news = news
        self.tool = tool
        self.audit = audit
        self.redactor = redactor
        name = tool.name
        hints = tool.hints
    }

    var description: ToolDescription { tool.description }
    private var changes: Bool { !(hints?.readOnlyHint ?? false) }

    func serve(_ arguments: JSON, _ context: CallContext) async throws -> ToolResult {
        let entry = AuditEntry(tool: name, arguments: arguments, principal: context.principal)
        // A change that could not be written down is not made.
        if changes { try write(entry, .began) }
        do {
            let result = try await tool.serve(arguments, context)
            try write(entry, result.isError ? .failed : .done)
            return redactor.clean(result)
        } catch let needed as InputNeeded {
            try write(entry, .asked)
            throw needed
        } catch let error as ProtocolError {
            try write(entry, .refused)
            throw ProtocolError(code: error.code, message: redactor.clean(error.message), data: error.data, status: error.status)
        } catch is CancellationError {
            try write(entry, .cancelled)
            throw CancellationError()
        } catch {
            try write(entry, .failed)
            return .failure(redactor.clean("\(error)"))
        }
    }

    /// What cannot be written after a change was made is told, for the change stands.
    private func write(_ entry: AuditEntry, _ outcome: AuditEntry.Outcome) throws {
        do {
            try audit?.append(entry, outcome)
            news?.appended()
        } catch {
            guard outcome == .began || !changes else { throw ToolFailure("\(name) was carried out (\(outcome.rawValue)), but \(error)") }
            throw ToolFailure("\(name) was not carried out: \(error)")
        }
    }
}

/// A source of resources whose texts are cleaned of secrets.
struct GuardedSource: ResourceSource {
    let source: any ResourceSource
    let redactor: Redactor

    var resources: [ResourceDescription] { source.resources }
    var templates: [ResourceTemplateDescription] { source.templates }

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        try await source.read(uri, context)?.map { contents in
            var contents = contents
            contents.text = contents.text.map(redactor.clean)
            return contents
        }
    }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] {
        await source.complete(template, variable: variable, value: value, others: others)
    }
}
