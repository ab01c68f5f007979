import Foundation
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Synchronization
import Testing
import Transport
@testable import MCPKalshi

/// Contracts' documents: fetched from where they may be fetched from, read by another program, and told by page or not at all.
@Suite(.timeLimit(.minutes(1))) struct ContractTests {
    static let canRead = ["/usr/bin/pdftotext", "/usr/bin/prlimit"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    static let without: Comment = "poppler-utils is not installed"

    /// A shelf of documents on this machine, and how often each was asked for.
    private final class Shelf: Sendable {
        let asked = Mutex<[String]>([])
        private let server: Mutex<WebServer?> = Mutex(nil)

        func start(_ documents: [String: HTTPResponse]) async throws -> String {
            let server = WebServer(port: 0) { [self] request in
                asked.withLock { $0.append(request.path) }
                return documents[request.path] ?? HTTPResponse(status: 404)
            }
            self.server.withLock { $0 = server }
            return "http://127.0.0.1:\(try await server.start())/"
        }

        func stop() async { await server.withLock { $0 }?.stop() }
    }

    private func with(_ documents: [String: HTTPResponse], text: PDFText = PDFText(), _ body: (ContractReader, String, Shelf) async throws -> Void) async throws {
        let shelf = Shelf()
        let address = try await shelf.start(documents)
        do { try await body(ContractReader(shelves: [address], text: text) { .seconds(1_000) }, address, shelf) } catch { Issue.record(error) }
        await shelf.stop()
    }

    private func refusal(_ reader: ContractReader, _ address: String) async -> String {
        do {
            let text = try await reader.read(address)
            return "(it was read: \(text))"
        } catch { return error.description }
    }

    static func answer(_ bytes: [UInt8]) -> HTTPResponse {
        var response = HTTPResponse(status: 200)
        response.body = bytes
        return response
    }

    @Test(.enabled(if: canRead, without)) func `a document is read page by page, and fetched once`() async throws {
        try await with(["/t/A.pdf": Self.answer(PDF.of([["Scope: the high temperature.", "Source:   NWS."], [], ["Payout: $1.00 (one dollar)."]]))]) { reader, address, shelf in
            for _ in 0..<3 {
                let text = try await reader.read(address + "t/A.pdf")
                #expect(text.pages == ["Scope: the high temperature.\nSource: NWS.", "", "Payout: $1.00 (one dollar)."])
            }
            #expect(shelf.asked.withLock { $0 } == ["/t/A.pdf"])
        }
    }

    @Test func `nothing is fetched from anywhere else`() async throws {
        try await with([:]) { reader, address, shelf in
            let port = address.dropFirst("http://".count).dropLast()
            for wrong in [
                "https://example.org/A.pdf", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "http://user@\(port)/A.pdf", address + "../A.pdf", address + "t/../../A.pdf",
                address + "A.pdf?x=1", address + "A.pdf#x", address + "A pdf", address + "A.pdf\r\nX: y", address.dropLast() + ".example.org/A.pdf", address + String(repeating: "a", count: 500),
                "http://127.0.0.1/A.pdf",
            ] { #expect(await refusal(reader, wrong).contains("is not fetched"), "\(wrong)") }
            #expect(await refusal(reader, "").contains("names no document"))
            #expect(shelf.asked.withLock { $0 }.isEmpty)
        }
        for shelf in ContractReader.exchange { #expect(shelf.hasPrefix("https://") && shelf.hasSuffix("/")) }
    }

    @Test(.enabled(if: canRead, without)) func `what is no document that can be read is told in a sentence`() async throws {
        var moved = HTTPResponse(status: 302)
        moved.headers.add("location", "http://127.0.0.1/B.pdf")
        let good = PDF.of([["text"]])
        let documents: [String: HTTPResponse] = [
            "/moved.pdf": moved, "/page.pdf": Self.answer(Array("<html>".utf8)), "/large.pdf": Self.answer(good + [UInt8](repeating: 32, count: 9 << 20)),
            "/damaged.pdf": Self.answer(Array(good.prefix(40))), "/picture.pdf": Self.answer(PDF.of([[], []])),
        ]
        try await with(documents) { reader, address, _ in
            for (name, word) in [
                ("moved.pdf", "status 302"), ("none.pdf", "status 404"), ("page.pdf", "no PDF"), ("large.pdf", "could not be fetched"), ("damaged.pdf", "damaged"), ("picture.pdf", "no text"),
            ] {
                let why = await refusal(reader, address + name)
                #expect(why.contains(word), "\(name): \(why)")
            }
        }
    }

    @Test func `without the program nothing is fetched, and one that says too much is ended`() async throws {
        let documents = ["/A.pdf": Self.answer(PDF.of([["text"]]))]
        try await with(documents, text: PDFText(program: "/nowhere/pdftotext")) { reader, address, shelf in
            #expect(await refusal(reader, address + "A.pdf").contains("/nowhere/pdftotext is not installed here (Debian package poppler-utils)"))
            #expect(shelf.asked.withLock { $0 }.isEmpty)
        }
        guard Self.canRead else { return }
        let endless = NSTemporaryDirectory() + "aura-endless-\(UUID().uuidString)"
        try #require(FileManager.default.createFile(atPath: endless, contents: Data("#!/bin/sh\nexec yes\n".utf8), attributes: [.posixPermissions: 0o700]))
        try await with(documents, text: PDFText(program: endless)) { reader, address, _ in
            let why = await refusal(reader, address + "A.pdf")
            #expect(why.contains("more than 4 MiB"), "\(why)")
        }
        try FileManager.default.removeItem(atPath: endless)
    }

    @Test(.enabled(if: canRead, without)) func `the rules of a market come with the text of its contract, by page and within the bytes that are wanted`() async throws {
        let shelf = Shelf()
        let long = (1...200).map { "Line \($0) of the second page." }
        let address = try await shelf.start(["/contract_terms/X.pdf": Self.answer(PDF.of([["Scope: it is about X."], long, ["The end."]]))])
        let rig = try await KalshiServerRig.start(termsURL: address + "contract_terms/X.pdf", shelves: [address])
        let found = try await rig.call("markets_search", ["text": "KXHIGHNY", "limit": 1])
        let ticker = try #require(found["markets"]?.asArray?.first?["ticker"])
        let first = try await rig.call("rules_read", ["ticker": ticker, "max_bytes": 2000])
        #expect(first["pages"] == .array([.object(["page": 1, "text": "Scope: it is about X."])]) && first["page_count"] == 3 && first["next_page"] == 2, "\(first.rendered)")
        let second = try await rig.call("rules_read", ["ticker": ticker, "max_bytes": 2000, "from_page": 2])
        let cut = second["pages"]?.asArray?.first?["text"]?.asText ?? ""
        #expect(cut.hasPrefix("Line 1 of the second page.\n") && cut.hasSuffix("(cut: ask with more max_bytes)") && cut.utf8.count < 2000 && second["next_page"] == 3)
        let rest = try await rig.call("rules_read", ["ticker": ticker, "from_page": 2])
        #expect(rest["pages"]?.asArray?.count == 2 && rest["next_page"] == nil && rest["pages"]?.asArray?.last?["text"] == "The end.")
        #expect(try await rig.refusal("rules_read", ["ticker": ticker, "from_page": 4]).contains("3 pages"))
        let filed = try await rig.call("rules_read", ["ticker": ticker, "document": "contract"])
        #expect(filed["pages"] == nil && filed["unread"]?.asText?.contains("names no document") == true && filed["rules_primary"] != nil)
        #expect(try await rig.call("rules_read", ["ticker": ticker, "document": "none"])["unread"] == nil)
        #expect(shelf.asked.withLock { $0 }.count == 1)
        try await rig.stop()
        await shelf.stop()
    }
}

/// A document of our own making: pages of lines, in PDF 1.4 without compression.
private enum PDF {
    static func of(_ pages: [[String]]) -> [UInt8] {
        // 1: catalogue, 2: list of pages, 3: font, then a page and its content each.
        var objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count \(pages.count) /Kids [\(pages.indices.map { "\(4 + 2 * $0) 0 R" }.joined(separator: " "))] >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        for (number, lines) in pages.enumerated() {
            let shown = lines.enumerated().map { "1 0 0 1 40 \(5000 - 20 * $0.offset) Tm (\(escaped($0.element))) Tj" }.joined(separator: "\n")
            let content = "BT /F1 10 Tf\n\(shown)\nET"
            objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 5100] /Contents \(5 + 2 * number) 0 R /Resources << /Font << /F1 3 0 R >> >> >>")
            objects.append("<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream")
        }
        var text = "%PDF-1.4\n"
        var places: [Int] = []
        for (index, object) in objects.enumerated() {
            places.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for place in places { text += String(repeating: "0", count: 10 - String(place).count) + "\(place) 00000 n \n" }
        text += "trailer << /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(text.utf8)
    }

    private static func escaped(_ line: String) -> String { line.replacing("\\", with: "\\\\").replacing("(", with: "\\(").replacing(")", with: "\\)") }
}
