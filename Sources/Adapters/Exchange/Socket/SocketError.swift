import Notation

/// The numbered errors of the WebSocket (section 11.5). 6, 16 and 17 are retired.
///
/// Two are never given here: 9, because no socket opens without a key, and 23, because no channel here knows matches.
enum SocketError: Int, Error, Sendable {
    case unprocessable = 1
    case paramsRequired = 2
    case channelsRequired = 3
    case sidsRequired = 4
    case unknownCommand = 5
    case unknownSid = 7
    case unknownChannel = 8
    case authenticationRequired = 9
    /// Ends its subscription. Here it is a fault alone.
    case channelError = 10
    case invalidParameter = 11
    case oneSidRequired = 12
    case unsupportedAction = 13
    case marketRequired = 14
    case actionRequired = 15
    case commandTimeout = 18
    case shardFactorNotPositive = 19
    case shardFactorRequired = 20
    case shardKeyOutOfRange = 21
    case shardFactorTooLarge = 22
    case matchesRequired = 23
    case indexRequired = 24
    /// Ends its subscription.
    case bufferOverflow = 25
    case tooManyMarkets = 26
    case tooManyRequests = 27
    case underlyingRequired = 28

    var text: String {
        switch self {
        case .unprocessable: "Unable to process message"
        case .paramsRequired: "Params required"
        case .channelsRequired: "Channels required"
        case .sidsRequired: "Subscription IDs required"
        case .unknownCommand: "Unknown command"
        case .unknownSid: "Unknown subscription ID"
        case .unknownChannel: "Unknown channel name"
        case .authenticationRequired: "Authentication required"
        case .channelError: "Channel error"
        case .invalidParameter: "Invalid parameter"
        case .oneSidRequired: "Exactly one subscription ID is required"
        case .unsupportedAction: "Unsupported action"
        case .marketRequired: "Market Ticker required"
        case .actionRequired: "Action required"
        case .commandTimeout: "Command timeout"
        case .shardFactorNotPositive: "shard_factor must be > 0"
        case .shardFactorRequired: "shard_factor is required when shard_key is set"
        case .shardKeyOutOfRange: "shard_key must be >= 0 and < shard_factor"
        case .shardFactorTooLarge: "shard_factor must be <= 100"
        case .matchesRequired: "Match IDs required"
        case .indexRequired: "Index IDs required"
        case .bufferOverflow: "Subscription buffer overflow"
        case .tooManyMarkets: "Subscription market limit exceeded"
        case .tooManyRequests: "Too many requests"
        case .underlyingRequired: "Underlying tickers required"
        }
    }

    var message: JSON { .object(["code": .integer(Int64(rawValue)), "msg": .text(text)]) }
}
