import Foundation
@testable import Kalshi

/// Reads what a file or a script holds the way the client reads an answer, and says what was new in it.
enum Reading {
    static func read<Part: Answered>(_ type: Part.Type, _ json: Data) throws -> (answer: Part, news: [String]) {
        let notes = ContractNotes()
        let part = try Part(Fields(AnswerValue(Array(json)), Part.contract, notes))
        return (part, notes.problems)
    }

    static func read<Part: Answered>(_ type: Part.Type, _ json: String) throws -> Part { try read(type, Data(json.utf8)).answer }

    /// What a reader of one kind of answer says of a value: what was new, or what broke.
    typealias Reader = @Sendable (AnswerValue, ContractNotes) throws -> Void

    static func one<Part: Answered>(_ type: Part.Type) -> Reader { { value, notes in _ = try Part(Fields(value, Part.contract, notes)) } }
    static func wrapped<Part: Answered>(_ key: String, _ type: Part.Type, beside: String = "") -> Reader {
        { value, notes in _ = try WrappedShape(key, type, beside: beside).part(value, notes) }
    }
    static func list<Row: Answered>(_ shape: ListShape<Row>, atLeast: Int = 0) -> Reader {
        { value, notes in
            let count = try shape.page(value, notes).rows.count
            if count < atLeast { throw ContractBreak("\(count) rows, \(atLeast) were expected") }
        }
    }
}
