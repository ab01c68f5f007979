import Browser
import MCP
import MCPHosting
import Notation

/// A picture is content beside the structured answer, so this tool is served by hand.
struct PageScreenshot: ServedTool {
    enum Format: String, Choice { case jpeg, png }
    struct Arguments: Shaped {
        let page: String
        let ref: String?
        let full: Bool
        let format: Format
        let maxSide: Int
        let maxBytes: Int
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case ref
            case full = "full_page"
            case format
            case maxSide = "max_side"
            case maxBytes = "max_bytes"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "ref": Note("Only this.", pattern: NodeRef.pattern), "full_page": Note("Beyond the view, to 10,000 pixels.", default: false),
            "format": Note("Of the picture.", default: "jpeg"), "max_side": Note("Pixels of the longer side.", range: 64...4096, default: 1280),
            "max_bytes": Note("The picture is made coarser until it fits.", range: 4096...700_000, default: 200_000),
        ]
    }
    struct Output: Shaped {
        let page: String
        let url: String
        let mimeType: String
        let width: Int
        let height: Int
        let bytes: Int
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case url
            case mimeType = "mime_type"
            case width, height, bytes, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "url": .plain, "mime_type": "Of the picture, which stands beside this.", "width": "Pixels.", "height": "Pixels.", "bytes": "Of the picture.",
            "untrusted": .plain, "as_of": .plain,
        ]
    }

    let desk: Desk
    let name = "page_screenshot"
    let hints: ToolHints? = .readsElsewhere
    private let arguments = Late { Shape(Arguments.self) }
    private let output = Late { Shape(Output.self) }

    init(desk: Desk) { self.desk = desk }

    var description: ToolDescription {
        ToolDescription(
            name: name, title: "Picture of a page", description: "Takes a picture of the view, the whole page or one thing, within a limit of bytes.",
            inputSchema: arguments.value.schema.document, outputSchema: output.value.schema.document, annotations: .readsElsewhere)
    }

    func serve(_ json: JSON, _ context: CallContext) async throws -> ToolResult {
        let wanted: Arguments
        switch arguments.value.read(json) {
        case .failure(let error): return .failure("The arguments of page_screenshot do not fit: \(error)")
        case .success(let read): wanted = read
        }
        let page = try await desk.page(wanted.page)
        var part = wanted.full ? Page.Part.full : .viewport
        if let ref = wanted.ref { part = .element(try NodeRef(ref)) }
        let picture = try await page.picture(part, format: wanted.format.rawValue, maxSide: wanted.maxSide, maxBytes: wanted.maxBytes)
        let facts = try JSON(encoding: Output(
            page: page.id, url: page.url, mimeType: picture.mimeType, width: picture.width, height: picture.height, bytes: picture.bytes, untrusted: true, asOf: desk.now()))
        return ToolResult([.image(data: picture.data, mimeType: picture.mimeType), .text(facts.rendered)], structured: facts)
    }
}
