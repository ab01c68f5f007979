/// English endings taken off: the forms that a word may be an inflection of. Guesses; the lexicon keeps those that it knows.
enum Inflection {
    static let irregular: [String: String] = [
        "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "grew": "grow", "grown": "grow", "won": "win", "lost": "lose", "sold": "sell",
        "bought": "buy", "made": "make", "shrank": "shrink", "shrunk": "shrink", "sank": "sink", "sunk": "sink", "slid": "slide", "laid": "lay",
        "beaten": "beat", "broke": "break", "broken": "break", "held": "hold", "kept": "keep", "led": "lead", "took": "take", "taken": "take", "gave": "give",
        "given": "give", "went": "go", "gone": "go", "began": "begin", "begun": "begin", "sought": "seek", "swung": "swing", "withdrew": "withdraw",
        "withdrawn": "withdraw", "fought": "fight", "struck": "strike", "overtook": "overtake", "left": "leave", "fled": "flee", "froze": "freeze",
        "frozen": "freeze", "caught": "catch", "shook": "shake", "shaken": "shake", "stole": "steal", "stolen": "steal", "paid": "pay", "met": "meet",
        "came": "come", "became": "become", "ran": "run", "sent": "send", "stood": "stand", "stuck": "stick", "threw": "throw", "thrown": "throw",
        "tore": "tear", "torn": "tear", "wiped": "wipe", "hurt": "hurt", "drove": "drive", "driven": "drive", "saw": "see", "seen": "see", "found": "find",
        "bore": "bear", "chose": "choose", "chosen": "choose", "got": "get", "hid": "hide", "bled": "bleed", "dove": "dive", "tightest": "tight",
        "was": "be", "were": "be", "is": "be", "are": "be", "been": "be", "being": "be", "has": "have", "had": "have", "men": "man", "people": "person",
    ]

    static func bases(_ word: String) -> [String] {
        if let base = irregular[word] { return [word, base] }
        var found = [word]
        func stem(_ ending: String, _ replacement: String = "") {
            guard word.hasSuffix(ending), word.utf8.count - ending.utf8.count >= 2 else { return }
            found.append(String(word.dropLast(ending.count)) + replacement)
        }
        switch word.utf8.last {
        case UInt8(ascii: "s") where !word.hasSuffix("ss"):
            stem("ies", "y")
            stem("es")
            stem("s")
        case UInt8(ascii: "d"):
            stem("ied", "y")
            stem("ed")
            stem("ed", "e")
            undouble("ed")
        case UInt8(ascii: "g"):
            stem("ing")
            stem("ing", "e")
            undouble("ing")
        default: break
        }
        func undouble(_ ending: String) {
            guard word.hasSuffix(ending) else { return }
            let rest = word.dropLast(ending.count)
            guard rest.utf8.count >= 3, let last = rest.last, rest.dropLast().last == last else { return }
            found.append(String(rest.dropLast()))
        }
        return found
    }
}
