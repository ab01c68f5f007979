/// What assistants read through the desk's browser: the pages they watch, those they read, and the settlement sources they checked.
///
/// Words of pages are strangers' words: on one line, without characters that have no shape, cut to a bound, secrets taken out. Times are the wall's, in nanoseconds
/// since 1970, whatever clock the desk trades by.
public struct ResearchView: Encodable, Sendable, Equatable {
    /// An address as it may be shown.
    public struct Address: Encodable, Sendable, Equatable {
        public var text: String
        /// Whether it leads there as it is shown: nothing was taken out or cut off, and it is http or https.
        public var opens: Bool

        public init(text: String, opens: Bool) {
            self.text = text
            self.opens = opens
        }
    }

    /// A part of a page that is looked at again and again.
    public struct Watch: Encodable, Sendable, Equatable {
        public var id: String
        public var address: Address
        /// CSS of the part; absent: the whole page.
        public var selector: String?
        public var everySeconds: Int64
        public var looks: Int
        public var changes: Int
        /// The last look, whether or not it could read; absent before the first.
        public var looked: Int64?
        /// The last reading that differed from the one before; absent when none did.
        public var changed: Int64?
        /// How what it reads now begins; absent when nothing was read yet.
        public var reads: String?
        /// Where the last change was: what stood there, and what stands there now.
        public var before: String?
        public var after: String?
        /// Why the last look failed; absent when it did not.
        public var trouble: String?

        public init(
            id: String, address: Address, selector: String? = nil, everySeconds: Int64, looks: Int = 0, changes: Int = 0, looked: Int64? = nil, changed: Int64? = nil,
            reads: String? = nil, before: String? = nil, after: String? = nil, trouble: String? = nil
        ) {
            self.id = id
            self.address = address
            self.selector = selector
            self.everySeconds = everySeconds
            self.looks = looks
            self.changes = changes
            self.looked = looked
            self.changed = changed
            self.reads = reads
            self.before = before
            self.after = after
            self.trouble = trouble
        }
    }

    public struct Page: Encodable, Sendable, Equatable {
        public var address: Address
        /// As the page calls itself; empty when it does not.
        public var title: String
        /// opened, read or fetched (without a browser).
        public var how: String
        public var time: Int64

        public init(address: Address, title: String, how: String, time: Int64) {
            self.address = address
            self.title = title
            self.how = how
            self.time = time
        }
    }

    /// What a market's settlement source said.
    public struct Check: Encodable, Sendable, Equatable {
        public var market: String
        /// Where the reading ended; what was asked for where it failed.
        public var address: Address
        public var selector: String?
        /// What was looked for.
        public var sought: String?
        public var time: Int64
        /// Lines of the source, the first few; none: it does not show it.
        public var found: [String]
        public var more: Int
        /// Why it could not be read; absent when it could.
        public var trouble: String?

        public init(market: String, address: Address, selector: String? = nil, sought: String? = nil, time: Int64, found: [String] = [], more: Int = 0, trouble: String? = nil) {
            self.market = market
            self.address = address
            self.selector = selector
            self.sought = sought
            self.time = time
            self.found = found
            self.more = more
            self.trouble = trouble
        }
    }

    /// Oldest first.
    public var watches: [Watch]
    /// Newest first, as the checks.
    public var pages: [Page]
    public var checks: [Check]

    public init(watches: [Watch] = [], pages: [Page] = [], checks: [Check] = []) {
        self.watches = watches
        self.pages = pages
        self.checks = checks
    }
}

/// Who knows what was read. Answers at once.
public protocol ResearchPort: Sendable {
    var research: ResearchView { get }
}
