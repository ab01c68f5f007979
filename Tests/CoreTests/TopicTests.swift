import Model
import Sentiment
import Testing

private let index = TopicIndex()

private func topics(_ text: String) -> [String] { index.mentions(in: text).map(\.topic.id) }

@Suite struct TopicTests {
    /// A name that means two things is known by what stands around it.
    @Test(arguments: [
        ("Apple unveils a new iPhone in Cupertino", ["apple"]),
        ("Apple pie sales rise before the holidays", []),
        ("apple orchards suffer from frost", []),
        ("Shares of Apple fall after earnings", ["apple"]),
        ("$AAPL breaks out", ["apple"]),
        ("Amazon opens warehouse and hires 900", ["amazon"]),
        ("Deforestation of the Amazon slows", []),
        ("Target stores see fewer shoppers", ["target"]),
        ("ECB misses its inflation target", ["ecb_rates", "inflation"]),
        ("Fed holds interest rates", ["fed_rates"]),
        ("Commuters are fed up with delays", []),
        ("Fed up with delays, commuters protest", []),
        ("FedEx cuts its outlook", []),
        ("New York hits 95 degrees", ["new_york", "temperature"]),
        ("New York Times names new editor", []),
        ("Washington Post cuts jobs", []),
        ("Paris Hilton opens hotel", ["hilton_paris"]),
        ("Jordan's king meets refugees at the border", ["jordan"]),
        ("Michael Jordan sells his house", ["jordan_michael"]),
        ("Turkey raises rates as lira slides", ["turkey"]),
        ("Turkey prices rise before Thanksgiving", []),
        ("Shell profit jumps on LNG trading", ["shell"]),
        ("Sea turtle shell found on beach", []),
        ("Gold slips as dollar firms, spot price at 2,300 an ounce", ["gold"]),
        ("Olympic gold for the hosts", []),
        ("Meta shares rise after Zuckerberg speaks", ["meta"]),
        ("A meta analysis of sleep studies", []),
        ("Bitcoin cash forks again", []),
        ("BTC climbs above 90,000", ["bitcoin"]),
        ("Ether slides with other crypto coins", ["ethereum"]),
        ("Ether was once used in anaesthesia", []),
        ("Powell says the Fed is in no hurry", ["powell", "fed_rates"]),
        ("Visa bans for students", []),
        ("Visa earnings beat as card payments grow", ["visa"]),
        ("Ford recalls trucks over brakes", ["ford"]),
        ("Harrison Ford returns to the screen", []),
        ("S&P 500 closes at a record", ["sp500"]),
        ("Dow drops 400 points", ["dow"]),
        ("Dow chemical plant to close", []),
        ("Doge jumps after Musk post, other coins follow", ["dogecoin", "musk"]),
        ("DOGE efficiency department cuts staff, coin unmoved", []),
    ])
    func `a name counts only where it means the topic`(_ text: String, _ expected: [String]) { #expect(topics(text) == expected) }

    @Test func `names are whole words, never parts of others`() {
        #expect(topics("The stargate of Solano and Betharia") == [])
        #expect(topics("Metaphysics and Teslameters") == [])
    }

    @Test func `every name of the catalog is found where its context stands`() {
        for text in ["Apple shares", "Nvidia", "Jerome Powell", "Kyiv", "nonfarm payrolls", "XRP", "Super Bowl", "Chicago", "tariffs"] { #expect(!topics(text).isEmpty, "\(text)") }
    }
}

@Suite struct MarketIndexTests {
    private func market(_ ticker: String, _ title: String, series: String, _ strike: Strike = .greater(1)) -> Market {
        Market(
            ticker: Ticker(ticker), event: EventTicker(ticker), series: SeriesTicker(series), title: title, strike: strike, openTime: .zero, closeTime: .seconds(86_400),
            grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
    }

    private func filled() -> MarketIndex {
        var index = MarketIndex()
        index.add(market("A", "Will Apple shares close above $250?", series: "KXAAPL"))
        index.add(market("B", "Highest temperature in New York today?", series: "KXHIGHNY"))
        index.add(market("C", "Unemployment above 4.2% in June?", series: "KXU3"))
        index.add(market("D", "Bitcoin price at 5pm", series: "KXBTCD"))
        index.add(market("E", "BTC price up in next 15 mins?", series: "KXBTC15M"))
        index.add(market("F", "Bitcoin below 50,000?", series: "KXBTC", .less(50_000)))
        return index
    }

    private func found(_ index: MarketIndex, _ headline: String) -> [String] {
        let mentioned = index.topics.mentions(in: headline).map(\.topic)
        return ["A", "B", "C", "D", "E", "F"].filter { MarketIndex.relevance(index.topics(of: Ticker($0)), mentioned) != nil }
    }

    @Test func `a headline finds the markets that are about the same`() {
        let index = filled()
        #expect(found(index, "Apple shares slide after iPhone recall") == ["A"])
        #expect(found(index, "Jobless rate climbs, jobs report disappoints") == ["C"])
        #expect(found(index, "Bitcoin tumbles as exchange is hacked") == ["D", "E", "F"])
        #expect(found(index, "Apple pie contest") == [])
    }

    @Test func `a place alone is too little, a place with its matter is enough`() {
        let index = filled()
        #expect(found(index, "New York mayor resigns") == [])
        #expect(found(index, "Record heat expected in New York") == ["B"])
    }

    @Test func `the strike says which way good news points`() {
        #expect(MarketIndex.polarity(.greater(1)) == 1 && MarketIndex.polarity(.less(1)) == -1 && MarketIndex.polarity(.between(1, 2)) == 0)
    }

    @Test func `relevance is what both share, at most 1, and nothing below what is needed`() {
        let (coin, place, heat) = (Topic("bitcoin", .coin), Topic("chicago", .place), Topic("temperature", .weather))
        #expect(MarketIndex.relevance([coin, place], [coin, place]) == 1)
        #expect(MarketIndex.relevance([place, heat], [place]) == nil && MarketIndex.relevance([place, heat], [heat, place]) == 1)
        #expect(MarketIndex.relevance([], [coin]) == nil && MarketIndex.relevance([coin], []) == nil)
    }

    @Test func `a market that is gone is found no more, and one that is listed again is there once`() {
        var index = filled()
        index.add(market("A", "Will Tesla shares close above $250?", series: "KXTSLA"))
        #expect(index.count == 6)
        #expect(found(index, "Apple shares slide") == [])
        #expect(found(index, "Tesla slides") == ["A"])
        index.remove(Ticker("A"))
        #expect(found(index, "Tesla slides") == [])
    }
}
