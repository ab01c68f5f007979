import Foundation
import Glibc
import HostFacts
public import Notation

/// Where a healer can be asked: `healer.json` in the data folder, for as long as it runs.
///
/// It names the process by its number and its start, so that what an ended healer has left behind sends nobody to a stranger with the token.
public struct HealerAddress: Shaped, Equatable {
    public let pid: Int32
    /// Ticks after the machine's start.
    public let started: UInt64
    public let port: Int

    public static let notes: [String: Note] = ["pid": "", "started": "", "port": ""]
    private static func path(_ folder: String) -> String { folder + "/healer.json" }

    /// Writes that this process can be asked at that port.
    public static func publish(port: Int, in folder: String) throws(HealingError) {
        guard let process = ProcessReading(HostRoot(), pid: getpid()) else { throw HealingError("/proc does not tell about this process") }
        let draft = path(folder) + ".draft"
        // Three numbers are always JSON.
        guard let bytes = try? JSON(encoding: HealerAddress(pid: process.pid, started: process.startTicks, port: port)).bytes,
            FileManager.default.createFile(atPath: draft, contents: Data(bytes + [10]), attributes: [.posixPermissions: 0o600]), rename(draft, path(folder)) == 0
        else { throw HealingError("\(path(folder)) cannot be written: \(String(cString: strerror(errno)))") }
    }

    public static func withdraw(from folder: String) { unlink(path(folder)) }

    /// The healer of a data folder, if its process lives.
    public static func find(in folder: String) -> HealerAddress? {
        guard let data = FileManager.default.contents(atPath: path(folder)), data.count < 4096, let json = try? JSON(parsing: [UInt8](data)[...]),
            let address: HealerAddress = try? json.decode(), let process = ProcessReading(HostRoot(), pid: address.pid)
        // A file that cannot be read names nobody.
        else { return nil }
        return process.startTicks == address.started && process.user == getuid() ? address : nil
    }
}
