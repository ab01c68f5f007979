import Foundation
import Glibc
import Synchronization

/// One browser process with its own empty profile, spoken to through a pair of pipes: no port is opened, and it ends when we do.
///
/// It gets no environment of ours and no open file of ours. Root does not run a browser: it is started as `nobody` then, with the browser's own sandbox around
/// its pages, as for everybody else.
final class ChromiumProcess: Sendable {
    struct Options: Sendable {
        var executable: String
        var proxyPort: Int
        /// Only where the system forbids user namespaces; whoever starts us must say so.
        var withoutSandbox = false
        /// Of one page's scripts.
        var heapMegabytes = 512
    }

    static let nobody: (user: uid_t, group: gid_t) = (65_534, 65_534)

    let connection: DevToolsConnection
    let profile: String
    private let pid: pid_t
    private let isOver = Mutex(false)

    init(_ options: Options) throws(BrowserError) {
        guard access(options.executable, X_OK) == 0 else {
            throw .cannotStart("there is no \(options.executable) (on Debian: apt-get install chromium-headless-shell)")
        }
        // A browser that ends early is told by the end of its pipe, not by a signal that would end this process.
        signal(SIGPIPE, SIG_IGN)
        profile = try Self.makeProfile()
        var (down, up): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&down) == 0, pipe(&up) == 0 else { throw .cannotStart("no pipe can be made: \(String(cString: strerror(errno)))") }
        for file in down + up { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
        let words = Self.command(options, profile)
        do {
            pid = try Self.spawn(words, reading: down[0], writing: up[1], home: profile)
        } catch {
            for file in down + up { Glibc.close(file) }
            try? FileManager.default.removeItem(atPath: profile)  // Nothing is lost with an empty folder that stays.
            throw error
        }
        Glibc.close(down[0])
        Glibc.close(up[1])
        connection = DevToolsConnection(reading: up[0], writing: down[1])
    }

    private static func makeProfile() throws(BrowserError) -> String {
        // The system's own: one of ours might be closed to `nobody`.
        var template = Array("\(P_tmpdir)/aura-browser-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .cannotStart("no folder can be made in \(P_tmpdir): \(String(cString: strerror(errno)))") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if getuid() == 0 { chown(path, nobody.user, nobody.group) }
        return path
    }

    static func command(_ options: Options, _ profile: String) -> [String] {
        let isRoot = getuid() == 0
        var words = isRoot ? ["/usr/bin/setpriv", "--reuid=\(nobody.user)", "--regid=\(nobody.group)", "--clear-groups", "--no-new-privs"] : []
        words += [
            options.executable, "--headless", "--remote-debugging-pipe", "--user-data-dir=\(profile)", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
            "--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-breakpad",
            "--disable-client-side-phishing-detection", "--disable-default-apps", "--metrics-recording-only", "--mute-audio", "--hide-scrollbars",
            "--disable-smooth-scrolling", "--disable-gpu", "--disable-dev-shm-usage", "--password-store=basic", "--use-mock-keychain", "--no-service-autorun",
            // Everything goes through our proxy, this machine's own addresses too; what does not know proxies is off, and the browser resolves no name itself.
            "--proxy-server=http://127.0.0.1:\(options.proxyPort)", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            // Sites do not share a process, nor what is in its memory.
            "--site-per-process", "--disable-quic", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--js-flags=--max-old-space-size=\(options.heapMegabytes)", "--disk-cache-size=33554432",
            "--disable-features=DnsOverHttps,Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,InterestFeedContentSuggestions,PrivateAggregationApi",
            "--disable-blink-features=WebTransport",
        ]
        if options.withoutSandbox { words.append("--no-sandbox") }
        return words + ["about:blank"]
    }

    private static func spawn(_ words: [String], reading: Int32, writing: Int32, home: String) throws(BrowserError) -> pid_t {
        // Above 4, so that neither is in the way of the other.
        let (input, output) = (fcntl(reading, F_DUPFD_CLOEXEC, 10), fcntl(writing, F_DUPFD_CLOEXEC, 10))
        defer {
            Glibc.close(input)
            Glibc.close(output)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, input, 3)
        posix_spawn_file_actions_adddup2(&actions, output, 4)
        // What another part of this program opened without saying that no child may have it.
        for file in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap({ Int32($0) }) ?? [] where file > 4 && fcntl(file, F_GETFD) & FD_CLOEXEC == 0 {
            posix_spawn_file_actions_addclose(&actions, file)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that a ctrl-C meant for us does not take it away in the middle of an answer.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let environment = ["PATH=/usr/bin:/bin", "HOME=\(home)", "TMPDIR=\(home)", "LANG=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=disabled:"]
        var (arguments, variables) = (words.map { strdup($0) } + [nil], environment.map { strdup($0) } + [nil])
        defer { for word in arguments + variables { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, words[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw .cannotStart(String(cString: strerror(code))) }
        return pid
    }

    /// Ends it, waits for it, and removes its profile.
    func stop() async {
        let wasOver = isOver.withLock { isOver in
            defer { isOver = true }
            return isOver
        }
        guard !wasOver else { return }
        connection.close()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                reap()
                // A profile that stays is untidy and nothing worse.
                try? FileManager.default.removeItem(atPath: profile)
                continuation.resume()
            }
        }
    }

    /// The end of its pipe ends it; after two seconds it is ended.
    private func reap() {
        for round in 0... {
            let done = waitpid(pid, nil, WNOHANG)
            if done == pid || (done < 0 && errno == ECHILD) { break }
            if round == 100 { kill(-pid, SIGKILL) }
            usleep(20_000)
        }
        // What it left behind is of its group.
        kill(-pid, SIGKILL)
    }
}
