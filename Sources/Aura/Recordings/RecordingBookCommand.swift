import ArgumentParser
import Books
import Model
import Recording
import Wire

extension RecordingCommand {
    struct Book: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "book", abstract: "Shows a market's book as it was at a moment.",
            discussion: """
                The book after every frame that was received up to and including the moment. State: live; frozen (messages were lost or the connection is
                gone: the levels are the last that were known); empty (nothing rests, or nothing is known yet). Prices are each leg's own.
                """)

        @OptionGroup var folder: RecordingFolder
        @Option(help: "The market's ticker.") var market: String
        @Option(help: "The moment: nanoseconds since 1970 UTC, or a date as in 2026-05-13T20:30:00.5Z.") var at: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let recording = try folder.path
            guard let time = Self.time(at) else { throw Refused("--at must be nanoseconds since 1970 or a date as in 2026-05-13T20:30:00Z, not '\(at)'") }
            let events = try RecordingEvents(recording)
            let ticker = Ticker(market)
            let known = events.manifest.markets
            guard known.contains(ticker) else {
                let some = known.prefix(5).map(\.text).joined(separator: ", ") + (known.count > 5 ? " and \(known.count - 5) more" : "")
                throw Refused("\(recording) has no market \(market); it has \(known.isEmpty ? "none" : some)")
            }
            var keeper = BookKeeper()
            while let next = try events.next(), next.time <= time { _ = keeper.apply(next.event, at: next.time) }
            let book = keeper.book(ticker) ?? OrderBook()
            if json { print(text(book, time)) } else { show(book, time) }
        }

        private static func time(_ text: String) -> Timestamp? {
            if let number = Int64(text) { return Timestamp(nanoseconds: number) }
            return CivilTime.parse(text)
        }

        private static func state(_ book: OrderBook) -> String {
            switch book.state {
            case .unknown: "empty"
            case .live: book.isEmpty ? "empty" : "live"
            case .frozen: "frozen"
            }
        }

        private func text(_ book: OrderBook, _ time: Timestamp) -> String {
            var text = JSONText()
            text.beginObject()
            text.field("market", market)
            text.field("at", time.nanoseconds)
            text.field("state", Self.state(book))
            for side in Side.allCases {
                text.key(side.rawValue)
                text.beginArray()
                for level in book[side].levels {
                    text.beginArray()
                    text.string(level.price.description)
                    text.string(level.quantity.description)
                    text.endArray()
                }
                text.endArray()
            }
            text.endObject()
            return text.text
        }

        private func show(_ book: OrderBook, _ time: Timestamp) {
            print("\(market) at \(CivilTime.text(time)): \(Self.state(book))")
            for side in Side.allCases {
                print("  bids for \(side.rawValue.uppercased())")
                for level in book[side].levels.reversed() { print("    \(level.price)  \(level.quantity)") }
            }
        }
    }
}
