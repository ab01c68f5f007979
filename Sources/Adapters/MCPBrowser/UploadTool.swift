import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

struct PageUpload: Tool {
    struct Arguments: Shaped {
        let page: String
        let ref: String
        let files: [String]
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case ref, files
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "ref": Note("The field for files.", pattern: NodeRef.pattern), "files": Note("Plain names in the folder for uploads.", items: 1...10),
        ]
    }
    struct Row: Shaped {
        let name: String
        let bytes: Int
        static let notes: [String: Note] = ["name": .plain, "bytes": .plain]
    }
    struct Output: Shaped {
        let page: String
        let origin: String
        let files: [Row]
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case origin, files
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["page_id": "The page.", "origin": "Who has them now.", "files": "As they were given.", "as_of": .plain]
    }
    static let name = "page_upload"
    static let title = "Give files to a page"
    static let summary = "Puts files of the operator's folder for uploads into a page's field. A person is asked first. The page can read them at once, before any button is pressed."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
    let desk: Desk
    let folder: UploadFolder

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let page = try await desk.page(arguments.page)
        let ref = try NodeRef(arguments.ref)
        guard Set(arguments.files).count == arguments.files.count else { throw ToolFailure("a file is named twice") }
        let files = try arguments.files.map { try folder.file($0) }
        let field = try await page.fileField(ref)
        guard files.count == 1 || field.takesMany else { throw ToolFailure("\(ref) takes one file") }
        // What is given, in which version and to whom, belongs to what is confirmed: another of these, another question.
        let list = files.map { "\($0.name) (\($0.content.count) bytes, written \($0.changed[0]).\($0.changed[1]))" }
        switch try await context.confirm("Give to \(field.origin):\n\n\(list.joined(separator: "\n"))\n\nThe page can read and send what it is given at once.") {
        case .accepted: break
        case .declined, .cancelled: throw ToolFailure("nothing was given: the person said no")
        }
        // The person may have taken their time.
        guard try await page.fileField(ref) == field else { throw ToolFailure("nothing was given: \(ref) is not what it was when the person was asked") }
        try await desk.browser.give(files, to: ref, of: page)
        return Output(page: page.id, origin: field.origin, files: files.map { Row(name: $0.name, bytes: $0.content.count) }, asOf: desk.now())
    }
}
