/// Why the venue refused a request; `code` is the exchange's own word (Kalshi reference, section 6).
public enum OrderRefusal: Error, Hashable, Sendable {
    case unknownAccount
    case unknownSubaccount
    case marketNotFound
    /// Not open, or past its close: every order operation is refused, cancels too.
    case marketInactive
    case tradingPaused
    case exchangePaused
    case invalidPrice
    case invalidSize
    case invalidOrder(String)
    case invalidParameters(String)
    case postOnlyCross
    case insufficientBalance
    /// A transfer of more than the subaccount has free.
    case balanceTooLow
    case orderAlreadyExists
    case transferAlreadyExists
    /// A cancel found nothing resting: unknown, executed or canceled before.
    case notFound
    case fillOrKillInsufficientVolume
    case groupNotFound
    /// It takes no orders until it is reset.
    case groupTriggered
    case sideMismatch
    case tickerMismatch
    case clientMismatch

    public var code: String {
        switch self {
        case .unknownAccount, .notFound: "not_found"
        case .unknownSubaccount: "subaccount_not_found"
        case .marketNotFound: "market_not_found"
        case .marketInactive: "market_inactive"
        case .tradingPaused: "trading_is_paused"
        case .exchangePaused: "exchange_is_paused"
        case .invalidPrice: "invalid_price"
        case .invalidSize: "invalid_order_size"
        case .invalidOrder, .postOnlyCross: "invalid_order"
        case .invalidParameters: "invalid_parameters"
        case .insufficientBalance: "insufficient_balance"
        case .balanceTooLow: "available_balance_too_low"
        case .orderAlreadyExists: "order_already_exists"
        case .transferAlreadyExists: "transfer_already_exists"
        case .fillOrKillInsufficientVolume: "fill_or_kill_insufficient_resting_volume"
        case .groupNotFound: "order_group_not_found"
        case .groupTriggered: "exceeded_order_group_risk_limit"
        case .sideMismatch: "order_side_mismatch"
        case .tickerMismatch: "order_ticker_mismatch"
        case .clientMismatch: "order_id_and_client_order_id_mismatch"
        }
    }

    public var message: String { code.map { $0 == "_" ? " " : String($0) }.joined() }

    public var details: String? {
        switch self {
        case .postOnlyCross: "post only cross"
        case .marketInactive: "MARKET_NOT_ACTIVE"
        case .invalidOrder(let why), .invalidParameters(let why): why
        case .unknownAccount, .unknownSubaccount, .notFound, .marketNotFound, .tradingPaused, .exchangePaused, .invalidPrice, .invalidSize,
            .insufficientBalance, .balanceTooLow, .orderAlreadyExists, .transferAlreadyExists, .fillOrKillInsufficientVolume, .groupNotFound,
            .groupTriggered, .sideMismatch, .tickerMismatch, .clientMismatch:
            nil
        }
    }

    /// The HTTP status that goes with it. The words for groups, subaccounts and transfers are not published (reference, section 18): these are ours.
    public var status: Int {
        switch self {
        case .invalidPrice, .invalidSize, .invalidOrder, .invalidParameters, .postOnlyCross, .insufficientBalance, .balanceTooLow, .marketInactive: 400
        case .unknownAccount, .unknownSubaccount, .notFound, .marketNotFound, .groupNotFound: 404
        case .orderAlreadyExists, .transferAlreadyExists, .fillOrKillInsufficientVolume, .tradingPaused, .exchangePaused, .groupTriggered, .sideMismatch,
            .tickerMismatch, .clientMismatch:
            409
        }
    }
}
