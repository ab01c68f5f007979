/// A command line as it may be told: whatever could be a secret is left out, whether it looks like one or not.
///
/// What stays: the program's name, names of options, words of our own commands, and absolute paths of files that are there. Everything else is "…".
enum CommandLine {
    /// Words that are commands of Aura; told because they are known beforehand.
    static let words: Set<String> = [
        "run", "heal", "exchange", "record", "import", "recording", "backtest", "replay", "journal", "config", "mcp", "kalshi", "system", "browser", "orchestration",
    ]
    static let argumentLimit = 16

    /// Nil for a process of the kernel, which has none.
    static func shown(_ arguments: [String], isFile: (String) -> Bool) -> String? {
        guard let program = arguments.first, !program.isEmpty else { return nil }
        // A process may write over its own line ("postgres: writer process"): only the first word is a name.
        let name = program.split(separator: " ").first.map(String.init) ?? program
        var parts = [String(name.split(separator: "/").last ?? "…").prefix(64).description]
        for argument in arguments.dropFirst().prefix(argumentLimit) {
            let part = CommandLine.part(argument, isFile)
            // A row of things left out is one.
            if part != "…" || parts.last != "…" { parts.append(part) }
        }
        if arguments.count > argumentLimit + 1, parts.last != "…" { parts.append("…") }
        return parts.joined(separator: " ")
    }

    private static func part(_ argument: String, _ isFile: (String) -> Bool) -> String {
        if argument.hasPrefix("--") {
            let name = argument.split(separator: "=", maxSplits: 1)[0]
            guard isOptionName(name.dropFirst(2)) else { return "…" }
            return name.count < argument.count ? "\(name)=…" : String(name)
        }
        if argument.hasPrefix("-"), let letter = argument.utf8.dropFirst().first, isLetter(letter) {
            // `-pSECRET` is an option with its value.
            return argument.utf8.count == 2 ? argument : "-\(Character(UnicodeScalar(letter)))…"
        }
        if words.contains(argument) { return argument }
        return argument.hasPrefix("/") && argument.utf8.count < 512 && isFile(argument) ? argument : "…"
    }

    /// `data-dir`: small letters and single dashes, and no longer than a name is.
    private static func isOptionName(_ name: Substring) -> Bool {
        (1...32).contains(name.utf8.count) && name.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || $0 == UInt8(ascii: "-") }
    }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 97 && (byte | 0x20) <= 122 }
}
