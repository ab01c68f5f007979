import Foundation
import HostFacts
import Notation

/// The way of another process of this user to the healer of a data folder.
public struct HealerLine: Sendable {
    public enum Trouble: Error, Sendable, CustomStringConvertible {
        case noHealer(String)
        case noAnswer(Int)
        case refused(Int, String)

        public var description: String {
            switch self {
            case .noHealer(let folder): "no healer runs for \(folder): `aura heal` starts the desk with one"
            case .noAnswer(let port): "the healer on port \(port) does not answer"
            case .refused(let status, let text): "the healer answered with status \(status): \(text.prefix(200))"
            }
        }
    }

    public enum Command: String, Sendable {
        case pause, resume, restart
    }

    let folder: String
    private let token: @Sendable () throws -> String

    /// - Parameter token: the data folder's, read when it is needed.
    public init(folder: String, token: @escaping @Sendable () throws -> String) {
        self.folder = folder
        self.token = token
    }

    /// The healer's process, if it lives.
    public var healer: Int32? { HealerAddress.find(in: folder)?.pid }

    public func report(entries: Int) async throws -> HealerReport {
        try await ask(LoopbackQuestion(path: "/status?entries=\(entries)"))
    }

    public func command(_ command: Command, reason: String?) async throws -> HealerStatus {
        var question = LoopbackQuestion(path: "/\(command.rawValue)")
        question.method = "POST"
        question.body = JSON.object(["reason": reason.map { .text($0) }]).bytes
        return try await ask(question).status
    }

    private func ask(_ question: LoopbackQuestion) async throws -> HealerReport {
        guard let address = HealerAddress.find(in: folder) else { throw Trouble.noHealer(folder) }
        var question = question
        question.headers = [("Authorization", "Bearer \(try token())"), ("Content-Type", "application/json")]
        question.patience = .seconds(2)
        guard let answer = await question.ask(address.port) else { throw Trouble.noAnswer(address.port) }
        guard answer.status == 200 else {
            throw Trouble.refused(answer.status, String(decoding: answer.body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return try JSON(parsing: answer.body[...]).decode()
    }
}
