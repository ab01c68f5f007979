/// A value in a box, shared by whoever holds it: to pass it on is to count one reference, however much is in it.
///
/// Why it may be sent although the box is changed in place: the one way to change it is `value`'s `_modify`, which gives a box of its own to whoever does not
/// hold the only reference. Another holder, on any thread, has a reference of its own as long as it reads, so that the box is not the only one then; and when it
/// lets go, the count it gives back is ordered before the look at it here, as it is for the standard library's arrays. While `_modify` runs, the exclusive
/// access to the whole keeps a second reference from being made of it.
struct Shared<Value: Sendable>: @unchecked Sendable {
    /// Room for one value behind the header: a property would have every access to it checked at run time.
    private final class Box: ManagedBuffer<Void, Value> {
        deinit { _ = withUnsafeMutablePointerToElements { $0.deinitialize(count: 1) } }
    }

    private var box: Box

    init(_ value: consuming Value) { box = Self.box(of: value) }

    private static func box(of value: consuming Value) -> Box {
        let box = unsafeDowncast(Box.create(minimumCapacity: 1) { _ in }, to: Box.self)
        box.withUnsafeMutablePointerToElements { $0 }.initialize(to: value)
        return box
    }

    var value: Value {
        @inline(__always) _read {
            // The pointer is the box's as long as the box is held.
            defer { withExtendedLifetime(box) {} }
            yield place.pointee
        }
        @inline(__always) _modify {
            if !isKnownUniquelyReferenced(&box) { box = Self.box(of: place.pointee) }
            defer { withExtendedLifetime(box) {} }
            yield &place.pointee
        }
    }

    private var place: UnsafeMutablePointer<Value> { box.withUnsafeMutablePointerToElements { $0 } }

    /// Whether both are one box, and so surely equal.
    func isSame(as other: Shared) -> Bool { box === other.box }
}
