/// Where the last delta had its keys: the next one nearly always has them there again, so a guess of three words replaces the reading of a key.
///
/// A guess is the exact bytes between two values, so a right guess means what reading them would have meant; a wrong one is read, and learnt.
struct DeltaLayout {
    enum Field { case market, price, change, side, cents, contracts, other }

    private struct Guess {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var masks: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var length = 0
        var field = Field.other
    }

    private static let guessBytes = 24
    /// Of more fields than this the rest are simply read.
    private static let limit = 16

    private var guesses: [Guess] = []

    /// The field at `index` of the object, its key and colon taken; nil when the object has ended.
    @inline(__always) mutating func next(_ scanner: inout JSONScanner, at index: Int) throws(WireError) -> Field? {
        let start = scanner.position
        if index < guesses.count, start + Self.guessBytes <= scanner.end {
            let guess = guesses[index]
            let miss = (scanner.word(start) ^ guess.words.0) & guess.masks.0 | (scanner.word(start + 8) ^ guess.words.1) & guess.masks.1
                | (scanner.word(start + 16) ^ guess.words.2) & guess.masks.2
            if miss == 0 {
                scanner.position = start + guess.length
                return guess.field
            }
        }
        return try read(&scanner, at: index)
    }

    @inline(never) private mutating func read(_ scanner: inout JSONScanner, at index: Int) throws(WireError) -> Field? {
        let start = scanner.position
        guard let key = try scanner.nextKey(first: index == 0) else { return nil }
        let field = Self.field(scanner, key)
        let length = scanner.position - start
        guard index < Self.limit, length <= Self.guessBytes, start + Self.guessBytes <= scanner.end, index <= guesses.count else { return field }
        func mask(_ word: Int) -> UInt64 {
            let bytes = min(8, max(0, length - word * 8))
            return bytes == 8 ? .max : (1 << UInt64(bytes * 8)) - 1
        }
        let masks = (mask(0), mask(1), mask(2))
        let guess = Guess(
            words: (scanner.word(start) & masks.0, scanner.word(start + 8) & masks.1, scanner.word(start + 16) & masks.2), masks: masks, length: length,
            field: field)
        if index < guesses.count { guesses[index] = guess } else { guesses.append(guess) }
        return field
    }

    private static func field(_ scanner: JSONScanner, _ key: JSONScanner.Slice) -> Field {
        if scanner.matches(key, "market_ticker") { return .market }
        if scanner.matches(key, "price_dollars") { return .price }
        if scanner.matches(key, "delta_fp") { return .change }
        if scanner.matches(key, "side") { return .side }
        if scanner.matches(key, "price") { return .cents }
        if scanner.matches(key, "delta") { return .contracts }
        return .other
    }
}
