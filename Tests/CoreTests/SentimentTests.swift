import Model
import Sentiment
import Testing

/// Sentences of our own: what each says is the specification.
private let scorer = SentimentScorer()

private func tone(_ text: String) -> Tone { scorer.read(text).tone }

@Suite struct SentimentTests {
    @Test(arguments: [
        ("Net profit fell to EUR 5.2 mn from EUR 7.1 mn.", Tone.negative),
        ("Net profit rose to EUR 7.1 mn from EUR 5.2 mn.", .positive),
        ("The operating loss narrowed to USD 3 million.", .positive),
        ("The operating loss widened to USD 30 million.", .negative),
        ("Costs rose by 12 %.", .negative),
        ("Unemployment fell to 3.9 percent.", .positive),
        ("Revenue was down 14 percent year on year.", .negative),
        ("A decline in sales of 6 % was reported.", .negative),
        ("Lower costs helped the company.", .positive),
        ("The board cut its forecast for the year.", .negative),
        ("The board raised its forecast for the year.", .positive),
    ])
    func `a movement is good or bad by what moved`(_ text: String, _ expected: Tone) { #expect(tone(text) == expected) }

    @Test(arguments: [
        ("Operating profit was EUR 8.8 mn, compared to EUR 7.0 mn a year earlier.", Tone.positive),
        ("Operating profit was EUR 7.0 mn, compared to EUR 8.8 mn a year earlier.", .negative),
        ("Operating profit totalled EUR 0.4 mn, up from a loss of EUR 0.8 mn.", .positive),
        ("The loss was USD 8 million, against a profit of USD 3 million.", .negative),
        ("The operating loss was EUR 17 mn, compared to a loss of EUR 18.8 mn in 2009.", .positive),
        ("The order book stood at EUR 8.77 mn compared to 7.04 in 2005.", .positive),
    ])
    func `a figure beside that of before needs no verb`(_ text: String, _ expected: Tone) { #expect(tone(text) == expected) }

    @Test(arguments: [
        ("Halden wins contract to supply cranes to port", Tone.positive),
        ("Halden to cut 400 jobs in Ohio", .negative),
        ("Broker upgrades Halden to buy", .positive),
        ("Broker downgrades Halden to sell", .negative),
        ("Halden files for bankruptcy protection", .negative),
        ("Halden defaults on its bonds", .negative),
        ("Halden recalls 40,000 vehicles over brakes", .negative),
        ("FDA approves heart drug of Halden", .positive),
        ("Halden beats estimates", .positive),
        ("Halden misses estimates", .negative),
    ])
    func `happenings are known by their shape`(_ text: String, _ expected: Tone) { #expect(tone(text) == expected) }

    @Test(arguments: [
        "The company has its head office in Oslo and 40 employees.", "The annual general meeting will be held on 3 March 2027.",
        "The number of shares outstanding is 16,125,000.", "Financial details of the transaction were not disclosed.",
    ])
    func `what only states a fact is neutral`(_ text: String) { #expect(tone(text) == .neutral) }

    @Test func `a negation turns what it reaches, and nothing beyond its clause`() {
        #expect(scorer.read("The results were not good.").score < 0)
        #expect(scorer.read("There is no fraud.").score > 0)
        #expect(scorer.read("Profit did not fall.").score > 0)
        #expect(scorer.read("He did not stay, the results were good.").score > 0)
    }

    @Test func `boosters raise and hedges lower, contrast weighs what comes after`() {
        func score(_ text: String) -> Double { scorer.read(text).score }
        #expect(score("Sales rose sharply.") > score("Sales rose."))
        #expect(score("Sales might have risen.") < score("Sales have risen."))
        #expect(score("Costs are a burden, but the results are strong in every market.") > 0)
        #expect(score("The results are strong, but costs are a burden in every market.") < score("The results are strong."))
    }

    @Test func `a reading says why`() throws {
        let reading = scorer.read("Net profit fell sharply, and the firm will lay off 40 people.")
        #expect(reading.evidence.contains { $0.rule == "layoffs" && $0.weight < 0 })
        #expect(reading.evidence.contains { $0.rule == "movement" && $0.words == "profit fell" && $0.weight < -1 })
        #expect(abs(reading.probabilities.reduce(0, +) - 1) < 1e-12)
        #expect(reading.score < -0.8)
    }

    @Test func `policy is read on another scale: tight or loose`() {
        #expect(SentimentScorer.policy.read("Inflation remains too high and further rate increases will be appropriate.").tone == .positive)
        #expect(SentimentScorer.policy.read("The unemployment rate rose and the committee cut rates to support the recovery.").tone == .negative)
        #expect(SentimentScorer.policy.read("The next meeting will be held in June.").tone == .neutral)
    }

    @Test func `no text is too long, too short or too strange`() {
        for text in ["", " ", "?", "%%%%", "....", "\u{0}\u{1}", "not not not no never", "$", "€", "-5", "…“”", String(repeating: "profit fell from ", count: 5000), "🚀🚀🚀", "a'b'c''''", "EUR EUR 5 %% mn mn"] {
            let reading = scorer.read(text)
            #expect(reading.score.isFinite && abs(reading.score) <= 1)
            #expect(reading.probabilities.allSatisfy { $0.isFinite })
        }
    }

    @Test func `any bytes give the same finite reading twice`() {
        var random = SeededRandom(seed: 11)
        let words = ["profit", "fell", "not", "5.2", "mn", "from", ",", ".", "%", "but", "loss", "compared", "to", "up", "despite", "EUR", "2009", "?", "lay", "off", "$X"]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...24, using: &random)).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }.joined(separator: " ")
            let reading = scorer.read(text)
            #expect(reading == scorer.read(text))
            #expect(reading.score.isFinite && abs(reading.score) <= 1)
        }
    }
}

@Suite struct TokenizerTests {
    private func number(_ text: String) -> Token? { Tokenizer.tokens(text).first { $0.kind == .number } }

    @Test(arguments: [("EUR 5.2 mn", 5.2e6), ("EUR5.2mn", 5.2e6), ("€5.2m", 5.2e6), ("$1,234", 1234), ("5.2 million", 5.2e6), ("EUR10 .9 m", 10.9e6), ("-3", -3), ("3 bn", 3e9), (".5 %", 0.5)])
    func `a number is read with its unit`(_ text: String, _ value: Double) throws { #expect(abs(try #require(number(text)).value - value) < 1e-6 * abs(value)) }

    @Test func `percents, years, stock symbols and possessives are told apart`() {
        #expect(number("14 per cent")?.isPercent == true && number("14%")?.isPercent == true && number("14 pct")?.isPercent == true)
        #expect(Tokenizer.tokens("in 2009").map(\.kind) == [.word, .year])
        #expect(Tokenizer.tokens("$AAPL soars").map(\.kind) == [.cashtag, .word])
        #expect(Tokenizer.tokens("the company's, U.S. and better-than-expected").map(\.text) == ["the", "company", ",", "us", "and", "better", "than", "expected"])
    }
}

@Suite struct LinearModelTests {
    @Test func `without training it changes nothing, with labels it learns what no rule knows`() {
        var scorer = SentimentScorer(model: LinearModel())
        let text = "The zorbling of quibs was announced."
        #expect(scorer.read(text).tone == .neutral)
        for _ in 0..<300 { scorer.learn(text, tone: .negative) }
        #expect(scorer.read(text).tone == .negative)
        #expect(scorer.read("Net profit rose to EUR 7.1 mn from EUR 5.2 mn.").tone == .positive)
    }

    @Test func `it comes out the same whenever it is trained on the same`() {
        func trained() -> LinearModel {
            var model = LinearModel()
            for index in 0..<200 { model.learn([index % 7, 40 + index % 11], tone: index % 3 == 0 ? .positive : .negative, prior: [0, 0, 0]) }
            return model
        }
        #expect(trained() == trained())
    }
}
