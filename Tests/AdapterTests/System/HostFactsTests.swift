import Foundation
import Model
import Testing
@testable import HostFacts

/// The machine's figures from its files: what is there is read, what is not there is not known.
@Suite(.timeLimit(.minutes(1))) struct HostFactsTests {
    @Test func `the overview of an ordinary machine`() throws {
        let tree = try MachineTree(MachineTree.ordinary)
        let before = try #require(CPUTimes(tree.root))
        // 100 ticks later: 60 of them worked, 30 idle, 10 taken by another guest.
        try tree.write("/proc/stat", "cpu  1040 0 520 8020 510 0 0 110 0 0\ncpu0 1 0 0 1\ncpu1 1 0 0 1\nbtime 1700000000\n")
        let overview = HostOverview(tree.root, since: before)
        #expect(overview.cpu == 70 && overview.stolen == 10 && overview.cores == 2)
        #expect(overview.uptime == 12345 && overview.load == [1.5, 2, 0.25] && overview.kernel == "6.1.0")
        #expect(overview.memory?.total == 16_384_000_000 && overview.memory?.used == 75 && overview.memory?.swapFree == 2_048_000_000)
        #expect(overview.pressure?["cpu"]?.some10 == 12.5 && overview.pressure?["io"]?.full60 == 0.1 && overview.pressure?["memory"] == nil)
    }

    @Test func `a machine that tells nothing has no figures, and no zeros`() throws {
        let overview = HostOverview(try MachineTree().root)
        #expect(overview.cpu == nil && overview.memory == nil && overview.load == nil && overview.uptime == nil && overview.pressure == nil && overview.cgroup == nil)
        let empty = try MachineTree()
        #expect(ProcessReading.all(empty.root).isEmpty && SensorFacts.all(empty.root).isEmpty)
    }

    @Test func `counters that stand still or went back give no share`() throws {
        let tree = try MachineTree(MachineTree.ordinary)
        let first = try #require(CPUTimes(tree.root))
        #expect(first.busy(since: first) == nil)
        try tree.write("/proc/stat", "cpu  1 0 1 1 1 0 0 0\n")
        let later = try #require(CPUTimes(tree.root))
        #expect(later.busy(since: first) == nil)
    }

    // MARK: - Control groups

    @Test func `of version 2 the tightest limit on the way up counts`() throws {
        let tree = try MachineTree([
            "/proc/self/cgroup": "0::/aura/desk\n", "/sys/fs/cgroup/cgroup.controllers": "cpu memory pids\n", "/sys/fs/cgroup/aura/memory.max": "1000\n",
            "/sys/fs/cgroup/aura/desk/memory.max": "max\n", "/sys/fs/cgroup/aura/desk/memory.current": "600\n", "/sys/fs/cgroup/aura/cpu.max": "150000 100000\n",
            "/sys/fs/cgroup/aura/desk/cpu.max": "max 100000\n", "/sys/fs/cgroup/aura/desk/cpu.stat": "usage_usec 5\nnr_periods 200\nnr_throttled 50\n",
            "/sys/fs/cgroup/aura/desk/memory.events": "low 0\noom 3\noom_kill 2\n", "/sys/fs/cgroup/aura/desk/pids.max": "64\n",
        ])
        let group = try #require(CgroupFacts(tree.root))
        #expect(group.version == 2 && group.memoryLimit == 1000 && group.memoryUsed == 600 && group.cpus == 1.5)
        #expect(group.throttled == 25 && group.tasksLimit == 64 && group.oomKills == 2)
    }

    @Test func `of version 1 each controller has a tree of its own, and the largest number is no limit`() throws {
        let tree = try MachineTree([
            "/proc/self/cgroup": "5:memory:/desk\n4:cpu,cpuacct:/\n3:pids:/desk\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/memory/desk/memory.limit_in_bytes": "9223372036854771712\n", "/sys/fs/cgroup/memory/desk/memory.usage_in_bytes": "7\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n", "/sys/fs/cgroup/pids/desk/pids.max": "max\n",
        ])
        let group = try #require(CgroupFacts(tree.root))
        #expect(group.version == 1 && group.memoryLimit == nil && group.memoryUsed == 7 && group.cpus == 0.5 && group.tasksLimit == nil)
    }

    @Test func `a path that climbs out of the tree is not followed`() throws {
        let tree = try MachineTree(["/proc/self/cgroup": "0::/../../secret\n", "/sys/fs/cgroup/cgroup.controllers": "memory\n", "/secret/memory.max": "1\n"])
        #expect(CgroupFacts(tree.root)?.memoryLimit == nil)
    }

    // MARK: - Processes

    @Test func `a name may hold brackets and blanks`() throws {
        let tree = try MachineTree(MachineTree.ordinary)
        try tree.process(7, name: "a) R (b", parent: 3, ticks: 250, start: 500, pages: 2)
        let process = try #require(ProcessReading(tree.root, pid: 7))
        #expect(process.name == "a) R (b" && process.parent == 3 && process.ticks == 250 && process.startTicks == 500 && process.threads == 3)
        #expect(process.state == "sleeping" && process.user == 1000 && tree.root.userNames[1000] == "trader")
        #expect(process.residentBytes == 2 * Int64(sysconf(Int32(_SC_PAGESIZE))))
    }

    @Test func `what is no process is passed over`() throws {
        let tree = try MachineTree(["/proc/12/stat": "12 (cut off", "/proc/13/stat": "", "/proc/notanumber/stat": "x", "/proc/14/stat": "14 (x) S 1 1 1 1 1 1 1 1 1 1 x x"])
        try tree.process(15, name: "good")
        #expect(ProcessReading.all(tree.root).map(\.pid) == [15])
    }

    static let canary = "hunter2Canary"
    @Test(arguments: [
        (["/usr/bin/mysql", "-pCANARY", "--password=CANARY", "db"], "mysql -p… --password=… …"),
        (["curl", "-H", "Authorization: Bearer CANARY", "https://user:CANARY@host/"], "curl -H …"),
        (["aura", "mcp", "system", "--token-file", "/etc/passwd", "CANARY"], "aura mcp system --token-file /etc/passwd …"),
        (["aura", "run", "--CANARY", "-CANARY", "/nowhere/CANARY", "CANARY=1"], "aura run … -h… …"),
        (["postgres: writer CANARY"], "postgres:"), (["/opt/x/python3", "/etc/passwd", "CANARY"], "python3 /etc/passwd …"), ([], nil), ([""], nil),
    ] as [([String], String?)])
    func `of a command line only what cannot be a secret is told`(arguments: [String], shown: String?) {
        let line = HostFacts.CommandLine.shown(arguments.map { $0.replacingOccurrences(of: "CANARY", with: Self.canary) }, isFile: { $0 == "/etc/passwd" })
        #expect(line == shown)
        #expect(line?.contains(Self.canary) != true)
    }

    // MARK: - Disks and network

    @Test func `disks with their rates, one line a device`() throws {
        let tree = try MachineTree([
            "/proc/self/mountinfo": """
            22 27 0:21 / /proc rw - proc proc rw
            27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            28 27 8:1 /sub /again rw - ext4 /dev/sda1 rw
            29 27 8:2 / /with\\040blank ro - xfs /dev/sda2 ro
            30 27 0:30 / /run rw - tmpfs tmpfs rw
            31 27 0:31 / /gone rw - tmpfs tmpfs rw

            """, "/proc/diskstats": "8 1 sda1 10 0 1000 5 20 0 2000 5 0 100 10\n",
        ])
        let before = DiskCounters(tree.root)
        try tree.write("/proc/diskstats", "8 1 sda1 10 0 3000 5 20 0 2000 5 0 1100 10\n")
        let space = { (mount: String) in
            mount == "/gone" ? nil : FileSystemSpace(size: 1000, used: 600, free: 200, inodes: 100, inodesFree: 75)
        }
        let disks = DiskFacts.all(tree.root, space: space, since: before, seconds: 2)
        #expect(disks.map(\.mount) == ["/", "/with blank", "/run"])
        #expect(disks[0].reads == 512_000 && disks[0].writes == 0 && disks[0].busy == 50 && disks[0].used == 75 && disks[0].inodes == 25)
        #expect(disks[1].isReadOnly == true && disks[1].reads == nil)
    }

    @Test func `listening sockets of both families, with their owners where they may be seen`() throws {
        let tree = try MachineTree([
            "/proc/net/tcp": """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F9A 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1
               1: 0100007F:1F9B 0100007F:0050 01 00000000:00000000 00:00000000 00000000  1000        0 112 1

            """,
            "/proc/net/tcp6": """
              sl  local_address rem_address st
               0: 00000000000000000000000000000000:0050 0:0 0A 0:0 0:0 0 0 0 113 1
               1: 00000000000000000000000001000000:0051 0:0 0A 0:0 0:0 0 0 0 114 1
               2: nonsense:0051 0:0 0A 0:0 0:0 0 0 0 115 1

            """,
            "/proc/net/udp": """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:0050 00000000:0000 07 0:0 0:0 0 0 0 116 1
               1: 0100007F:0052 0100007F:0050 01 0:0 0:0 0 0 0 117 1

            """,
        ])
        try tree.process(9, name: "aura")
        try tree.link("/proc/9/fd/3", to: "socket:[111]")
        try tree.link("/proc/9/fd/4", to: "socket:[116]")
        let listeners = ListenerFacts.all(tree.root)
        #expect(listeners.map(\.address) == ["::", "0.0.0.0", "::1", "127.0.0.1"] && listeners.map(\.port) == [80, 80, 81, 8090])
        #expect(listeners.map(\.kind) == ["tcp", "udp", "tcp", "tcp"])
        #expect(listeners[3].pid == 9 && listeners[3].process == "aura" && listeners[1].pid == 9 && listeners[0].pid == nil)
    }

    @Test func `interfaces with their rates`() throws {
        let head = "Inter-|   Receive\n face |bytes\n"
        let tree = try MachineTree(["/proc/net/dev": head + "  eth0: 1000 1 2 3 0 0 0 0 500 1 1 0 0 0 0 0\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n", "/sys/class/net/eth0/operstate": "up\n", "/sys/class/net/lo/operstate": "unknown\n"])
        let before = NetworkCounters(tree.root)
        try tree.write("/proc/net/dev", head + "  eth0: 3000 1 2 3 0 0 0 0 400 1 1 0 0 0 0 0\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n")
        let interfaces = InterfaceFacts.all(tree.root, since: before, seconds: 2)
        #expect(interfaces[0] == InterfaceFacts(name: "eth0", isUp: true, received: 1000, sent: nil, errors: 3, dropped: 3), "a counter that went back has no rate")
        #expect(interfaces[1].isUp == nil && interfaces[1].received == 0)
    }

    @Test func `temperatures, fans and how often the cores slowed down`() throws {
        let tree = try MachineTree([
            "/sys/class/hwmon/hwmon0/name": "coretemp\n", "/sys/class/hwmon/hwmon0/temp1_input": "61500\n", "/sys/class/hwmon/hwmon0/temp1_label": "Package\n",
            "/sys/class/hwmon/hwmon0/temp1_max": "80000\n", "/sys/class/hwmon/hwmon0/temp1_crit": "0\n", "/sys/class/hwmon/hwmon0/fan1_input": "1200\n",
            "/sys/class/hwmon/hwmon0/temp2_input": "broken\n", "/sys/class/thermal/thermal_zone0/type": "acpitz\n", "/sys/class/thermal/thermal_zone0/temp": "-5000\n",
            "/sys/class/thermal/thermal_zone0/trip_point_0_type": "critical\n", "/sys/class/thermal/thermal_zone0/trip_point_0_temp": "105000\n",
            "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "3\n", "/sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count": "4\n",
        ])
        #expect(
            SensorFacts.all(tree.root) == [
                SensorFacts(name: "coretemp fan1", kind: .fan, value: 1200, high: nil, critical: nil),
                SensorFacts(name: "coretemp Package", kind: .temperature, value: 61.5, high: 80, critical: nil),
                SensorFacts(name: "acpitz", kind: .temperature, value: -5, high: nil, critical: 105),
                SensorFacts(name: "cpu cores", kind: .throttling, value: 7, high: nil, critical: nil),
            ])
    }

    // MARK: - Files that lie

    @Test(arguments: 1...40) func `files with anything in them never end the reader`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let tree = try MachineTree(MachineTree.ordinary)
        try tree.process(5, name: "x", arguments: ["x"])
        let files = [
            "/proc/stat", "/proc/meminfo", "/proc/loadavg", "/proc/uptime", "/proc/pressure/cpu", "/proc/self/cgroup", "/proc/self/mountinfo", "/proc/diskstats",
            "/proc/net/dev", "/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/5/stat", "/proc/5/status", "/proc/5/io", "/etc/passwd", "/sys/class/hwmon/hwmon0/temp1_input",
        ]
        let words = ["cpu", "MemTotal:", "some", "avg10=", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "nan", "1e999", "(", ")", "-", ":", "0A", "\u{FFFD}", "max", "0::/", "Uid:"]
        for file in files {
            let content = (0..<Int(random.next() % 60)).map { _ in words[Int(random.next() % UInt64(words.count))] + [" ", "\n", "\t", ":", ""][Int(random.next() % 5)] }.joined()
            try tree.write(file, content)
        }
        let before = CPUTimes(tree.root)
        _ = HostOverview(tree.root, since: before)
        _ = DiskFacts.all(tree.root, space: { _ in nil }, since: DiskCounters(tree.root), seconds: 1)
        _ = InterfaceFacts.all(tree.root, since: NetworkCounters(tree.root), seconds: 1)
        _ = (ListenerFacts.all(tree.root), SensorFacts.all(tree.root), tree.root.userNames)
        for process in ProcessReading.all(tree.root) { _ = (process.command(tree.root), process.storageBytes(tree.root), process.openFiles(tree.root)) }
    }
}
