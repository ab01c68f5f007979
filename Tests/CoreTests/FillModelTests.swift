@testable import Learning
import Model
import RealModule
import Testing

struct FillModelTests {
    private let series = SeriesTicker("S")
    /// The first guess is one fill in ten minutes.
    private let life = Interval.seconds(6000)

    /// Orders that fill at a known rate by class, some of them canceled first.
    private func taught(_ count: Int, seed: UInt64 = 1, _ rate: (Int) -> Double) -> FillModel {
        var model = FillModel()
        var random = SeededRandom(seed: seed)
        for i in 0..<count {
            let ahead = Quantity.contracts([0, 3, 40, 900][i % 4])
            let fill = -Double.log(1 - random.uniform()) / rate(FillModel.place(ahead: ahead))
            let patience = 5 + 60 * random.uniform()
            model.learn(series, ahead: ahead, waited: .milliseconds(Int64(min(fill, patience) * 1000)), left: life, filled: fill <= patience)
        }
        return model
    }

    @Test func `queues fall into classes by doublings`() {
        let table: [(Int64, Int)] = [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4), (1_000_000_000, 19)]
        for (contracts, place) in table { #expect(FillModel.place(ahead: .contracts(contracts)) == place, "\(contracts)") }
        #expect(FillModel.place(ahead: Quantity(hundredths: 1)) == 1)
    }

    @Test func `nothing is promised before an order has filled`() {
        var model = FillModel()
        #expect(model.probability(series, ahead: .zero, within: .seconds(60), left: life) == nil)
        model.learn(series, ahead: .zero, waited: .seconds(60), left: life, filled: false)
        #expect(model.probability(series, ahead: .zero, within: .seconds(60), left: life) == nil)
        model.learn(series, ahead: .zero, waited: .seconds(60), left: life, filled: true)
        #expect((model.probability(series, ahead: .zero, within: .seconds(60), left: life) ?? 0) > 0.3)
    }

    @Test func `the rates are found though most orders are canceled, and what was promised came`() throws {
        let model = taught(8000) { 0.05 / Double($0 + 1) }
        for (contracts, place) in [(0, 0), (3, 2), (40, 6), (900, 10)] as [(Int64, Int)] {
            let p = try #require(model.probability(series, ahead: .contracts(contracts), within: .seconds(20), left: life))
            let truth = 1 - Double.exp(-20 * 0.05 / Double(place + 1))
            #expect(abs(p - truth) < 0.06 * truth + 0.01, "\(contracts): \(p), \(truth)")
            let record = try #require(model.all[place])
            // Three standard deviations of a count.
            #expect(abs(record.predicted - Double(record.fills)) < 3 * record.predicted.squareRoot() + 3)
        }
    }

    @Test func `a series without a past has the rate of all, and longer waits and shorter queues are likelier`() throws {
        let model = taught(2000) { 0.05 / Double($0 + 1) }
        func p(_ contracts: Int64, _ seconds: Int64, _ series: String = "S") throws -> Double {
            try #require(model.probability(SeriesTicker(series), ahead: .contracts(contracts), within: .seconds(seconds), left: life))
        }
        #expect(try abs(p(3, 20, "other") - p(3, 20)) < 0.01)
        #expect(try p(0, 20) > p(40, 20) && p(0, 40) > p(0, 20) && p(0, 0) == 0)
    }

    @Test func `the promise is that of the formula`() throws {
        var model = FillModel()
        model.learn(series, ahead: .zero, waited: .seconds(1), left: life, filled: true)
        model.learn(series, ahead: .contracts(4), waited: .seconds(5), left: life, filled: false)
        // One fill in 6 s of all; 1 in 3 s of the first two seconds, none in 3 s of the next eight. The class of four ahead waited 2 and 3 of them.
        func drawn(_ fills: Double, _ seconds: Double, _ parent: Double) -> Double { (fills + 1) / (seconds + 1 / parent) }
        let overall = drawn(1, 6, 1.0 / 600)
        let young = drawn(0, 2, drawn(0, 2, drawn(1, 3, overall))), older = drawn(0, 3, drawn(0, 3, drawn(0, 3, overall)))
        let p = try #require(model.probability(series, ahead: .contracts(4), within: .seconds(6), left: life))
        #expect(abs(p - (1 - Double.exp(-2 * young - 4 * older))) < 1e-12)
        #expect(abs(model.total.predicted - (1.0 / 600 + 2 * drawn(1, 1, drawn(1, 1, 1.0 / 600)) + 3 * drawn(0, 0, drawn(1, 1, 1.0 / 600)))) < 1e-12)
    }

    @Test func `a market with a tenth of the time left is taken to fill ten times as fast, within a minute and a day`() throws {
        var model = FillModel()
        for filled in [true, false, true] { model.learn(series, ahead: .contracts(4), waited: .seconds(30), left: .seconds(9000), filled: filled) }
        func promised(left: Int64, within time: Int64) throws -> Double {
            -Double.log(1 - (try #require(model.probability(SeriesTicker("T"), ahead: .contracts(4), within: .milliseconds(time), left: .seconds(left)))))
        }
        let slow = try promised(left: 9000, within: 1000)
        #expect(try abs(promised(left: 900, within: 1000) - 10 * slow) < 1e-12)
        #expect(try abs(promised(left: 5, within: 1000) - 150 * slow) < 1e-12, "as with a minute left")
        #expect(try promised(left: 86_400, within: 1000) == promised(left: 86_400 * 30, within: 1000))
    }

    @Test func `one early fill promises no flood: over many seeds, what is promised is what comes`() {
        var (promised, came) = (0.0, 0)
        for seed in 1...200 as ClosedRange<UInt64> {
            let model = taught(40, seed: seed) { 0.02 / Double($0 + 1) }
            promised += model.total.predicted
            came += model.total.fills
        }
        #expect(abs(promised - Double(came)) < 0.15 * Double(came), "\(promised) promised, \(came) came")
    }

    @Test func `orders that fill at once or hardly ever have a curve that flattens`() throws {
        var model = FillModel()
        for i in 0..<400 { model.learn(series, ahead: .contracts(8), waited: i % 2 == 0 ? .seconds(1) : .seconds(100), left: life, filled: i % 2 == 0) }
        func p(_ seconds: Int64) throws -> Double { try #require(model.probability(series, ahead: .contracts(8), within: .seconds(seconds), left: life)) }
        // 200 fills in 600 s of the first two seconds; none after.
        #expect(try abs(p(2) - (1 - Double.exp(-2.0 / 3))) < 0.01)
        #expect(try p(100) - p(2) < 0.02)
    }

    @Test func `ninety-five counts of a hundred lie in the interval`() {
        var record = FillModel.Record()
        #expect(record.interval.low == 0 && record.interval.high == 0)
        record.predicted = 25
        #expect(abs(record.interval.low - 15.2) < 1e-12 && abs(record.interval.high - 34.8) < 1e-12)
    }
}
