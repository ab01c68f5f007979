import Exchange
import Foundation
import Keys
import Model

// How many WebSocket frames the exchange gets out: one process with the exchange, its market data fed at a fixed rate, and one with the clients (reader.cpp).
//   sockets-bench READER [CONNECTIONS [SECONDS]]
// Each rate runs once; a rate holds when every frame arrived in its order, none was refused, and the offered rate was kept.

/// What one rate gave.
struct Outcome {
    let rate: Int
    let framesPerSecond: Double
    let holds: Bool
    let line: String
}

struct Found: Decodable {
    let frames: Int
    let bytes: Int
    let seconds: Double
    let gaps: Int
    let errors: Int
    let p50_ms: Int
    let p99_ms: Int
    let reader_cpu: Double
}

enum ExchangeBenchError: Error { case noClients }

@main
struct SocketsBenchmark {
    let reader: String
    let connections: Int
    let seconds: Int

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else {
            print("usage: sockets-bench READER [CONNECTIONS [SECONDS]]")
            exit(2)
        }
        let benchmark = SocketsBenchmark(
            reader: arguments[1], connections: arguments.count > 2 ? Int(arguments[2]) ?? 10 : 10, seconds: arguments.count > 3 ? Int(arguments[3]) ?? 4 : 4)
        var best: Outcome?
        for rate in [10_000, 25_000, 50_000, 60_000, 75_000, 100_000, 150_000, 200_000, 300_000] {
            let outcome = try await benchmark.run(rate: rate)
            print(outcome.line)
            guard outcome.holds else { break }
            best = outcome
        }
        print("websocket frames out to \(benchmark.connections) clients: \(best.map { "\(Int($0.framesPerSecond))" } ?? "none")/s, every frame in its order")
    }

    private func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func now() -> Timestamp { Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) }

    /// Fifty markets, each with a book of a few levels, whose sizes then change.
    private func listings(_ start: Timestamp) -> [Market] {
        (0..<50).map { i in
            Market(
                ticker: Ticker("KXBENCH-26NOV25-T\(1000 + i)"), event: EventTicker("KXBENCH-26NOV25"), series: SeriesTicker("KXBENCH"), title: "Benchmark",
                strike: .greater(Double(i)), openTime: start, closeTime: start + .seconds(86_400), grid: .cents, fees: .ordinary, mutuallyExclusive: false,
                underlying: nil)
        }
    }

    private func run(rate: Int) async throws -> Outcome {
        let exchange = try ExchangeServer(ExchangeConfiguration(liquidity: .recorded(seed: 1)))
        let key = try await exchange.registerGeneratedKey(keyID: "bench")
        let address = try await exchange.start()
        let start = now()
        let markets = listings(start)
        let subscription = SubscriptionID(connection: 1, sid: 1)
        await exchange.feed(.connected(connection: 1), at: start)
        for market in markets {
            await exchange.feed(.listed(market), at: start)
            await exchange.feed(.status(market.ticker, .active), at: start)
        }
        await exchange.feed(.subscribed(subscription, channel: "orderbook_delta", complete: true), at: start)
        var sequence: UInt64 = 0
        for market in markets {
            sequence += 1
            let levels = (10..<20).map { Level(price: .cents($0), quantity: .contracts(1_000_000)) }
            await exchange.feed(.snapshot(BookSnapshot(market: market.ticker, subscription: subscription, sequence: sequence, yes: levels, no: levels)), at: start)
        }

        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sockets-bench-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // the system's own cleaning takes what is left
        let signed = try RequestSignature.headers(
            keyID: "bench", key: key, timestampMilliseconds: now().wholeMilliseconds, method: "GET", path: "/trade-api/ws/v2")
        try signed.map { "\($0.name): \($0.value)\r\n" }.joined().write(toFile: folder + "/headers", atomically: true, encoding: .utf8)
        let tickers = markets.map { "\"\($0.ticker.text)\"" }.joined(separator: ",")
        try #"{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":[\#(tickers)],"use_yes_price":true}}"#
            .write(toFile: folder + "/command", atomically: true, encoding: .utf8)

        let clients = Process()
        let output = Pipe()
        clients.executableURL = URL(fileURLWithPath: reader)
        clients.arguments = ["\(address.port)", "\(connections)", folder + "/headers", folder + "/command"]
        clients.standardOutput = output
        try clients.run()
        guard String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("ready") else { throw ExchangeBenchError.noClients }

        let total = rate * seconds
        let cpu = cpuSeconds()
        let began = DispatchTime.now().uptimeNanoseconds
        var sent = 0
        var random = SeededRandom(seed: 1)
        while sent < total {
            // What is due by now, as a burst of the wire would bring it.
            let elapsed = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
            let due = min(total, Int(elapsed * Double(rate)))
            guard due > sent else {
                usleep(200)
                continue
            }
            let moment = now()
            var events: [MarketEvent] = []
            events.reserveCapacity(due - sent)
            for _ in sent..<due {
                sequence += 1
                let draw = random.next()
                events.append(
                    .delta(
                        BookDelta(
                            market: markets[Int(draw % 50)].ticker, subscription: subscription, sequence: sequence, side: draw >> 8 & 1 == 0 ? .yes : .no,
                            price: .cents(10 + Int32(draw >> 9 % 10)), change: .contracts(draw >> 20 & 1 == 0 ? 1 : -1))))
            }
            sent = due
            await exchange.feed(events, at: moment)
        }
        let wall = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
        let spent = cpuSeconds() - cpu
        let line = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        clients.waitUntilExit()
        try await exchange.stop()

        let found = try JSONDecoder().decode(Found.self, from: Data(line.utf8))
        let holds = found.frames == total * connections && found.gaps == 0 && found.errors == 0 && wall < Double(seconds) * 1.05
        let perSecond = Double(found.frames) / max(found.seconds, 0.001)
        return Outcome(
            rate: rate, framesPerSecond: perSecond, holds: holds,
            line: "offered \(rate)/s x \(connections): \(Int(perSecond)) frames/s out, \(found.bytes / max(found.frames, 1)) B each, exchange \(Int(Double(found.frames) / spent)) frames a CPU second, reader \(String(format: "%.2f", found.reader_cpu)) CPU s of \(String(format: "%.2f", found.seconds)), p50 \(found.p50_ms) ms, p99 \(found.p99_ms) ms, gaps \(found.gaps), refused \(found.errors)\(holds ? "" : " (does not hold)")")
    }
}
