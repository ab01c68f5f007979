import MCPHosting
public import Model
import Transport

/// A contract's document as text, page by page, so that it can be cited.
public struct ContractText: Hashable, Sendable {
    /// As the document counts them: the first is page 1.
    public let pages: [String]
}

/// Why a contract's document could not be read, in a sentence for the model.
public struct ContractUnread: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ why: String) { description = why }
}

/// Reads the contracts' documents: from the exchange's own shelves alone, each once in a while, within bounds.
///
/// Where a document stands is the exchange's word, but a word that reaches the network: an address that begins with none of `shelves` is not fetched, and no redirect
/// is followed.
public actor ContractReader {
    /// Where the exchange keeps them, as its answers name them.
    public static let exchange = ["https://kalshi-public-docs.s3.amazonaws.com/", "https://kalshi-public-docs.s3.us-east-1.amazonaws.com/"]
    static let byteLimit = 8 << 20
    static let timeLimit = Duration.seconds(10)
    /// Documents that are kept, and for how long: they change with the exchange's rules, not with its prices.
    static let kept = 16
    static let freshness = Interval.seconds(3600)

    private let shelves: [String]
    private let text: PDFText
    private let clock: @Sendable () -> Timestamp
    // A pool of connections is made when the first document is asked for.
    private let web = Late { WebClient(answerLimit: ContractReader.byteLimit) }
    private var known: [(address: String, text: ContractText, read: Timestamp)] = []

    /// - Parameter shelves: what an address must begin with, up to and with the `/` after its host or a folder.
    public init(shelves: [String] = ContractReader.exchange, text: PDFText = PDFText(), clock: @escaping @Sendable () -> Timestamp) {
        self.shelves = shelves
        self.text = text
        self.clock = clock
    }

    public func read(_ address: String) async throws(ContractUnread) -> ContractText {
        guard !address.isEmpty else { throw ContractUnread("the exchange names no document") }
        if let found = known.first(where: { $0.address == address && clock() - $0.read < Self.freshness }) { return found.text }
        // Letters that mean nothing but themselves in an address: there is no other host, user or line in them.
        guard shelves.contains(where: address.hasPrefix), address.utf8.count <= 500, address.wholeMatch(of: /[A-Za-z0-9._~%\/:+\-]+/) != nil, !address.contains("/..") else {
            throw ContractUnread("its address \(address.prefix(120)) is not one of the exchange's own documents, and is not fetched")
        }
        try text.check()
        let pages = try await text.pages(of: try await fetch(address))
        known.removeAll { $0.address == address }
        known.append((address, ContractText(pages: pages), clock()))
        if known.count > Self.kept { known.removeFirst() }
        return ContractText(pages: pages)
    }

    private func fetch(_ address: String) async throws(ContractUnread) -> [UInt8] {
        let answer: HTTPResponse
        do { answer = try await web.value.request("GET", address, headers: ["accept": "application/pdf"], timeout: Self.timeLimit) } catch {
            throw ContractUnread("the document could not be fetched: \(error)")
        }
        guard answer.status == 200 else { throw ContractUnread("the document could not be fetched: status \(answer.status)") }
        guard answer.body.starts(with: Array("%PDF-".utf8)) else { throw ContractUnread("what stands at its address is no PDF") }
        return answer.body
    }
}
