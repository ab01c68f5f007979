import Notation

/// What a WebSocket client can subscribe to here (Kalshi reference, section 11.4).
enum Channel: String, CaseIterable, Sendable {
    case book = "orderbook_delta"
    case ticker
    case trade
    case fill
    case order = "user_orders"
    case position = "market_positions"
    case lifecycle = "market_lifecycle_v2"
    case index = "cfbenchmarks_value"

    /// Whether the channel's data messages carry `seq`; replies to commands always do.
    var isSequenced: Bool {
        switch self {
        case .book, .trade, .lifecycle, .index: true
        case .ticker, .fill, .order, .position: false
        }
    }

    /// Whether `market_tickers` narrows it. The others ignore them.
    var takesMarkets: Bool {
        switch self {
        case .book, .ticker, .trade, .fill, .order, .position: true
        case .lifecycle, .index: false
        }
    }
}

/// The numbered errors of the WebSocket (section 11.5), as many as this exchange can give.
enum SocketError: Int, Error, Sendable {
    case unprocessable = 1
    case paramsRequired = 2
    case channelsRequired = 3
    case sidsRequired = 4
    case unknownCommand = 5
    case unknownSid = 7
    case unknownChannel = 8
    case authenticationRequired = 9
    case channelError = 10
    case invalidParameter = 11
    case oneSidRequired = 12
    case unsupportedAction = 13
    case marketRequired = 14
    case actionRequired = 15
    case commandTimeout = 18
    case indexRequired = 24
    case bufferOverflow = 25
    case tooManyMarkets = 26

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
        case .indexRequired: "Index IDs required"
        case .bufferOverflow: "Subscription buffer overflow"
        case .tooManyMarkets: "Subscription market limit exceeded"
        }
    }

    var message: JSON { .object(["code": .integer(Int64(rawValue)), "msg": .text(text)]) }
}
