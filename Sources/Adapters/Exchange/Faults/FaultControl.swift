import Foundation
import Model
import Notation
import Transport

/// The endpoint at which rules are added and read while the exchange runs, beside `/trade-api`. It is there only where the operator asked for it.
///
/// It has no key: so it answers this machine alone, and no page of a browser.
struct FaultControl: Sendable {
    static let path = "/faults"

    let faults: FaultInjector

    /// Nil for a request that is none of its own.
    func answer(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.path == FaultControl.path else { return nil }
        guard isLocal(request) else { return .text(403, "the faults are for this machine alone\n") }
        switch request.method {
        case "GET": return .json(200, report.bytes)
        case "DELETE":
            faults.clear()
            return HTTPResponse(status: 204)
        case "POST": return add(request)
        default: return .text(405, "the faults know GET, POST and DELETE\n")
        }
    }

    /// A page in a browser sends `Origin` with whatever changes something, and a name that was rebound to this machine is in `Host`.
    private func isLocal(_ request: HTTPRequest) -> Bool {
        let peer = request.peer.hasPrefix("127.") || request.peer.hasPrefix("::1")
        return peer && LoopbackNames().isAllowed(host: request.headers["host"]) && request.headers["origin"] == nil
    }

    /// The same text as in a file; its seed is not used, because the exchange has one.
    private func add(_ request: HTTPRequest) -> HTTPResponse {
        do {
            faults.add(try JSONDecoder().decode(FaultPlan.self, from: Data(request.body)).rules)
            return .json(200, report.bytes)
        } catch {
            return .text(400, FaultPlan.sentence(error) + "\n")
        }
    }

    private var report: JSON {
        let report = faults.report
        return .object([
            "total": .integer(Int64(report.total)),
            "rules": .array(
                report.lines.map {
                    .object(["fault": .text($0.fault.name), "occasions": .integer(Int64($0.occasions)), "fired": .integer(Int64($0.fired))])
                }),
            "recent": .array(
                report.recent.map {
                    .object([
                        "number": .integer(Int64($0.number)), "rule": .integer(Int64($0.rule)), "fault": .text($0.fault.name),
                        "seconds": .number(($0.seconds * 1000).rounded() / 1000), "subject": .text($0.subject),
                    ])
                }),
        ])
    }
}
