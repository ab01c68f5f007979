import Glibc
import NIOCore
import NIOPosix

/// Why a TCP connection could not be made, in a word or two.
enum ConnectFailure {
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return text(first.error) }
            return "the name \"\(error.host)\" is not known"
        case let error as IOError where error.errnoCode == ECONNREFUSED: return "connection refused"
        case is ChannelError: return "no answer in time"
        default: return "\(error)"
        }
    }
}
