/// One thing that can be made to go wrong at this exchange; each has been seen at the real one, or is a way in which it may change (docs/faults.md).
public enum Fault: Hashable, Sendable {
    // MARK: Frames of the WebSocket

    case dropFrame
    case duplicateFrame
    /// The frame leaves after the next one.
    case reorderFrame
    /// The frame, and whatever comes behind it on that socket, waits.
    case delayFrame(milliseconds: Int64)
    /// The socket ends without a goodbye; the frame is lost with it.
    case breakSocket
    /// The socket ends with a goodbye of this code (1001: going away, 1012: restart).
    case closeSocket(code: Int)
    /// The socket stays open and says nothing any more, not even a ping.
    case muteSocket
    /// The subscription ends with a terminal error: 25 (buffer overflow) or 10 (channel error).
    case endSubscription(code: Int)

    // MARK: Answers of REST

    /// The request is carried out at once and answered late: fills are told before the answer to their order.
    case lateAnswer(milliseconds: Int64)
    /// The connection ends without an answer. `carriedOut` says whether the request took effect; the client cannot tell.
    case lostAnswer(carriedOut: Bool)
    /// The request is carried out, and the answer is a success with an empty object: an order without its id.
    case emptyAnswer
    /// Half of the body is missing.
    case cutAnswer
    /// 429; nothing is carried out.
    case tooManyRequests
    /// A 5xx, before or after the request took effect.
    case serverError(status: Int, carriedOut: Bool)
    /// 410 `deprecated_v1_order_endpoint`, as the old order endpoints answer since June 2026.
    case retiredEndpoint
    /// For so long after a cancel, that order's own page shows it as it was before.
    case staleRead(milliseconds: Int64)
    /// The exchange's clock is off by this much: where it checks signatures and in the `Date` header.
    case clockSkew(seconds: Int64)

    // MARK: Both: a contract that changed

    /// A field that no contract knows.
    case unknownField
    /// A field of the message has a word that the contract does not list.
    case unknownValue(field: String)
    case missingField(String)

    // MARK: The exchange's life

    case tradingPause(seconds: Int64)
    case exchangePause(seconds: Int64)
    case marketPause(seconds: Int64)
    case earlyClose
    /// The price grid of a market changes: from whole cents to tenths at the edges, and from any other to whole cents.
    case tickChange
    /// A market that was paid out is disputed again: every payout is taken back, and the market is paid anew by the opposite result.
    case settlementReversal
    /// The fees of an event change to so many thousandths of the ordinary rate.
    case feeChange(multiplierThousandths: Int64)

    /// Where it strikes.
    enum Place { case frame, answer, both, life }

    var place: Place {
        switch self {
        case .dropFrame, .duplicateFrame, .reorderFrame, .delayFrame, .breakSocket, .closeSocket, .muteSocket, .endSubscription: .frame
        case .lateAnswer, .lostAnswer, .emptyAnswer, .cutAnswer, .tooManyRequests, .serverError, .retiredEndpoint, .staleRead, .clockSkew: .answer
        case .unknownField, .unknownValue, .missingField: .both
        case .tradingPause, .exchangePause, .marketPause, .earlyClose, .tickChange, .settlementReversal, .feeChange: .life
        }
    }

    /// Its name in files and reports.
    public var name: String {
        switch self {
        case .dropFrame: "drop_frame"
        case .duplicateFrame: "duplicate_frame"
        case .reorderFrame: "reorder_frame"
        case .delayFrame: "delay_frame"
        case .breakSocket: "break_socket"
        case .closeSocket: "close_socket"
        case .muteSocket: "mute_socket"
        case .endSubscription: "end_subscription"
        case .lateAnswer: "late_answer"
        case .lostAnswer: "lost_answer"
        case .emptyAnswer: "empty_answer"
        case .cutAnswer: "cut_answer"
        case .tooManyRequests: "too_many_requests"
        case .serverError: "server_error"
        case .retiredEndpoint: "retired_endpoint"
        case .staleRead: "stale_read"
        case .clockSkew: "clock_skew"
        case .unknownField: "unknown_field"
        case .unknownValue: "unknown_value"
        case .missingField: "missing_field"
        case .tradingPause: "trading_pause"
        case .exchangePause: "exchange_pause"
        case .marketPause: "market_pause"
        case .earlyClose: "early_close"
        case .tickChange: "tick_change"
        case .settlementReversal: "settlement_reversal"
        case .feeChange: "fee_change"
        }
    }
}
