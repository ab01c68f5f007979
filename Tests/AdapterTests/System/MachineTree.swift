import Foundation
import HostFacts

/// A tree of files that looks like a machine's `/proc` and `/sys`, written for one test.
struct MachineTree {
    let folder: ScratchFolder
    var root: HostRoot { HostRoot(folder.path) }

    init(_ files: [String: String] = [:]) throws {
        folder = try ScratchFolder()
        for (path, content) in files { try write(path, content) }
    }

    func write(_ path: String, _ content: String) throws { try write(path, Data(content.utf8)) }

    func write(_ path: String, _ content: Data) throws {
        let full = folder.path + path
        try FileManager.default.createDirectory(atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try content.write(to: URL(fileURLWithPath: full))
    }

    func link(_ path: String, to target: String) throws {
        let full = folder.path + path
        try FileManager.default.createDirectory(atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: target)
    }

    /// A process with the given numbers; all else is ordinary.
    func process(_ pid: Int, name: String, parent: Int = 1, ticks: Int = 0, start: Int = 100, pages: Int = 10, arguments: [String] = []) throws {
        // pid (comm) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority nice threads 0 start vsize rss
        try write("/proc/\(pid)/stat", "\(pid) (\(name)) S \(parent) 1 1 0 -1 4194560 1 0 0 0 \(ticks) 0 0 0 20 0 3 0 \(start) 1000000 \(pages) 18446744073709551615\n")
        try write("/proc/\(pid)/comm", name + "\n")
        try write("/proc/\(pid)/status", "Name:\t\(name)\nUid:\t1000\t1000\t1000\t1000\n")
        try write("/proc/\(pid)/cmdline", Data(arguments.flatMap { Array($0.utf8) + [0] }))
    }

    static let ordinary: [String: String] = [
        "/proc/stat": "cpu  1000 0 500 8000 500 0 0 100 0 0\ncpu0 500 0 250 4000 250 0 0 50 0 0\ncpu1 500 0 250 4000 250 0 0 50 0 0\nctxt 12345\nbtime 1700000000\n",
        "/proc/meminfo": "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    4000000 kB\nSwapTotal:       2000000 kB\nSwapFree:        2000000 kB\n",
        "/proc/loadavg": "1.50 2.00 0.25 3/400 12345\n", "/proc/uptime": "12345.67 20000.00\n", "/proc/sys/kernel/osrelease": "6.1.0\n",
        "/proc/pressure/cpu": "some avg10=12.50 avg60=3.00 avg300=1.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
        "/proc/pressure/io": "some avg10=0.50 avg60=0.25 avg300=0.10 total=1\nfull avg10=0.25 avg60=0.10 avg300=0.00 total=0\n",
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\ntrader:x:1000:1000::/srv/trader:/bin/sh\n",
    ]
}
