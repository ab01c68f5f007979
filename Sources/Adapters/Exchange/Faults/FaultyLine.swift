import Model
import Notation

/// One client's line under faults: frames that are held back, and what becomes of a frame that is struck. Pure.
struct FaultyLine {
    /// A frame that was to leave after the next one leaves alone after so long: else it would be lost instead.
    static let holdLimit = Interval.seconds(1)

    /// What the caller does with the socket, once the frames are sent.
    enum Ending: Equatable {
        case breaks, closes(code: Int), mutes
    }

    /// Waits for the next frame.
    private var held: (frame: [UInt8], until: Timestamp)?
    /// Waits for its time, with whatever came behind it.
    private var delayed: [[UInt8]] = []
    private var delayedUntil: Timestamp?
    private var isMuted = false

    /// How many frames wait.
    var waiting: Int { delayed.count + (held == nil ? 0 : 1) }

    /// The frames that leave now, in place of this one.
    mutating func pass(_ frame: [UInt8], _ faults: [Fault], now: Timestamp) -> (frames: [[UInt8]], ending: Ending?) {
        if isMuted { return ([], nil) }
        var frame = frame
        var copies = 1
        var reorders = false
        for fault in faults {
            switch fault {
            case .dropFrame: copies = 0
            case .duplicateFrame: copies *= 2
            case .reorderFrame: reorders = true
            case .delayFrame(let milliseconds): delayedUntil = max(delayedUntil ?? .zero, now + .milliseconds(milliseconds))
            case .breakSocket: return ([], .breaks)
            case .closeSocket(let code): return ([], .closes(code: code))
            case .muteSocket:
                isMuted = true
                return ([], .mutes)
            case .unknownField, .unknownValue, .missingField: frame = JSON.damaged(frame, fault)
            case .endSubscription, .lateAnswer, .lostAnswer, .emptyAnswer, .cutAnswer, .tooManyRequests, .serverError, .retiredEndpoint, .staleRead,
                .clockSkew, .tradingPause, .exchangePause, .marketPause, .earlyClose, .tickChange, .settlementReversal, .feeChange:
                break
            }
        }
        var leaving = Array(repeating: frame, count: min(copies, 16))
        if reorders, held == nil, !leaving.isEmpty {
            held = (frame, now + FaultyLine.holdLimit)
            leaving.removeFirst()
        } else if let late = held, !leaving.isEmpty {
            leaving.append(late.frame)
            held = nil
        }
        return (inTime(leaving, now), nil)
    }

    /// The frames whose time has come.
    mutating func release(now: Timestamp) -> [[UInt8]] {
        guard !isMuted else { return [] }
        if let late = held, late.until <= now {
            held = nil
            return inTime([late.frame], now)
        }
        return inTime([], now)
    }

    private mutating func inTime(_ frames: [[UInt8]], _ now: Timestamp) -> [[UInt8]] {
        guard let until = delayedUntil else { return frames }
        delayed.append(contentsOf: frames)
        guard until <= now else { return [] }
        delayedUntil = nil
        defer { delayed = [] }
        return delayed
    }
}
