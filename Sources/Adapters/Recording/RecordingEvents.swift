public import Model
import Wire

/// A recording as the desk would have heard it: each frame's receive time and the event it means, in order.
public final class RecordingEvents {
    private let reader: RecordingReader
    private var decoder: MarketFrameDecoder
    private let complete: Bool

    public init(_ reader: RecordingReader) {
        self.reader = reader
        complete = reader.manifest.completeSequences
        decoder = MarketFrameDecoder(noLevelsInYesDollars: reader.manifest.noLevelsInYesDollars)
    }

    public convenience init(_ folder: String) throws(RecordingError) { self.init(try RecordingReader(folder)) }

    public var manifest: RecordingManifest { reader.manifest }

    /// The next event of the markets. Facts of the world outside are passed over: `nextHeard` gives them too. Nil at the end.
    public func next() throws(RecordingError) -> (time: Timestamp, event: MarketEvent)? {
        while let (time, event) = try nextHeard() { if case .market(let event) = event { return (time, event) } }
        return nil
    }

    /// The next event of the markets or fact of the world outside; frames that mean neither (notes, private frames) are passed over. Nil at the end.
    public func nextHeard() throws(RecordingError) -> (time: Timestamp, event: Event)? {
        while let frame = try reader.next() {
            do throws(WireError) {
                switch frame.kind {
                case .exchange:
                    if case .market(let event) = try decoder.decode(frame.bytes, connection: frame.connection) { return (frame.time, .market(honest(event))) }
                case .spot: return (frame.time, .market(.spot(try SpotFrame.decode(frame.bytes))))
                case .control:
                    if FactFrame.isOne(frame.bytes) { return (frame.time, .fact(try FactFrame.decode(frame.bytes))) }
                    if let event = try ControlFrame.decode(frame.bytes, connection: frame.connection) { return (frame.time, .market(event)) }
                }
            } catch {
                throw RecordingError("\(reader.folder): the frame received at \(CivilTime.text(frame.time, decimals: 9)) cannot be read: \(error)")
            }
        }
        return nil
    }

    /// The exchange promises whole sequences; a capture that dropped some of the messages cannot keep that promise.
    @inline(__always) private func honest(_ event: MarketEvent) -> MarketEvent {
        guard !complete, case .subscribed(let id, let channel, _) = event else { return event }
        return .subscribed(id, channel: channel, complete: false)
    }

    /// The next event is the first one received at `time` or after it. What came before is not made up for: books need their snapshots.
    public func seek(to time: Timestamp) throws(RecordingError) { try reader.seek(to: time) }
}
