import Foundation
import Model

/// The three acts that an account at a real exchange takes (P7): the file, the environment, and the flag, each on its own.
enum MoneyGate {
    static let environmentName = "AURA_REAL_MONEY"

    /// Names every act that is missing, in one sentence.
    static func check(venue: String, _ configuration: Configuration, armed: String?, environment: [String: String]) throws {
        var missing: [String] = []
        if !configuration.liveMoneyConfigured { missing.append("`live.real_money: true` in the configuration") }
        if environment[environmentName] != venue { missing.append("\(environmentName)=\(venue) in the environment") }
        if armed != venue { missing.append("--arm \(venue) on the command line") }
        guard missing.isEmpty else {
            throw Refused("--venue \(venue) trades at the real exchange and takes three separate acts; missing: \(missing.joined(separator: ", and "))")
        }
    }

    /// The key and its name, from the environment alone: neither is ever a flag, where a process list would show it.
    static func credentials(_ environment: [String: String]) throws -> (keyID: String, path: String) {
        guard let keyID = environment["KALSHI_API_KEY_ID"], !keyID.isEmpty else { throw Refused("KALSHI_API_KEY_ID is not set") }
        guard let path = environment["KALSHI_PRIVATE_KEY_PATH"], !path.isEmpty else { throw Refused("KALSHI_PRIVATE_KEY_PATH is not set") }
        return (keyID, path)
    }
}
