import Model
import Sentiment

/// The text that the linear model starts from: sentences made from templates that were written for this project, none of them taken from elsewhere.
///
/// Each template has a tone; words in braces are drawn from the lists below by a seeded generator, so that the same text comes out everywhere.
struct TrainingText {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func sentence() -> (text: String, tone: Tone) {
        let kinds: [(Tone, [String])] = [
            (.neutral, Self.neutral), (.positive, Self.positive), (.negative, Self.negative),
        ]
        let (tone, templates) = kinds[draw(kinds.count)]
        return (fill(templates[draw(templates.count)]), tone)
    }

    private mutating func fill(_ template: String) -> String {
        var out = "", rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest.firstIndex(of: "}") {
            out += rest[..<open]
            out += value(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    private mutating func value(_ slot: String) -> String {
        switch slot {
        case "n": return String(draw(90) + 2)
        case "money": return ["EUR ", "USD ", "$", "GBP ", "€"][draw(5)] + String(draw(900) + 3) + "." + String(draw(10)) + [" million", "mn", " bn", "m"][draw(4)]
        case "pct": return String(draw(40) + 1) + "." + String(draw(10)) + ["%", " percent", " pct"][draw(3)]
        case "year": return String(2003 + draw(24))
        default:
            guard let list = Self.lists[slot] else { preconditionFailure("no list for \(slot)") }
            return list[draw(list.count)]
        }
    }

    private mutating func draw(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    static let lists: [String: [String]] = [
        "co": ["Norvik Bank", "Halden Steel", "Ostrava Glass", "Brightwater", "the company", "the group", "Castor Foods", "Meridian Air", "Lindqvist", "the retailer", "the lender", "Tarn Energy", "the chipmaker", "Pallas Pharma", "the carmaker", "it", "the firm", "Quarry Homes"],
        "who": ["The chief executive", "A spokesman", "The chairman", "An analyst", "The finance director", "A union official", "The board", "The ministry"],
        "place": ["Oslo", "Ohio", "northern Italy", "Poland", "the Baltic countries", "Texas", "Shanghai", "Lyon", "Hamburg", "the United States", "India", "Brazil"],
        "month": ["January", "March", "June", "September", "October", "December"],
        "thing": ["software", "paper machines", "mobile networks", "tyres", "elevators", "medical devices", "dairy products", "cranes", "insurance policies", "apartments", "chips", "furniture"],
        "unit": ["its packaging unit", "the logistics arm", "its Polish subsidiary", "a minority stake", "the magazine business", "its data centre", "the office building"],
        "good": ["sales", "net profit", "operating profit", "revenue", "orders", "earnings", "EBIT", "the order book", "margins", "demand", "net sales", "cash flow"],
        "bad": ["costs", "the operating loss", "debt", "unemployment", "impairments", "complaints", "credit losses"],
        "rose": ["rose", "grew", "increased", "climbed", "jumped", "went up", "surged"],
        "fell": ["fell", "declined", "decreased", "dropped", "slid", "went down", "plunged"],
        "role": ["chief financial officer", "head of research", "director of sales", "member of the board", "managing director"],
    ]

    static let neutral = [
        "{co} is based in {place} and employs {n} people.", "{co} was founded in {year} and makes {thing}.", "The annual general meeting will be held on {n} {month} {year}.",
        "{co} has appointed a new {role}.", "The shares are listed on the stock exchange in {place}.", "{co} will publish its interim report in {month}.",
        "The financial details of the transaction were not disclosed.", "{co} sold {unit} for {money}.", "{co} has bought {unit} from a private owner.",
        "The value of the deal was {money}.", "{who} said the talks would go on in {month}.", "The number of shares is {n} million and each carries one vote.",
        "The plant in {place} produces {thing} for customers in the region.", "{co} holds {pct} of the shares and voting rights.", "The contract covers maintenance and training for {n} years.",
        "{co} plans to move its head office to {place}.", "The building has {n} floors and will be ready in {year}.", "{co} provides {thing} to {n} countries.",
        "The segment consists of three units: {thing}, services and trade.", "The dividend proposed is {money} in total, the same as in {year}.", "The order includes delivery and installation of {thing}.",
        "{who} declined to comment on the report.", "Before joining {co} he worked as {role} at another firm.", "The survey was carried out in {month} among {n} firms.",
        "The results will be announced at {n}:00 on Monday.", "{co} uses {thing} in all of its stores.", "The figures have not been audited.", "According to the notice, the holding is now {pct} of the capital.",
        "The terms of the agreement are confidential.", "Net sales in {year} were {money}.", "The company had net sales of {money} in {year} and has {n} employees.", "The tender period begins on {n} {month}.",
        "{co} operates in {place} under several brand names.", "The financing consists of a loan and a bond.", "Trading in the new shares is expected to begin in {month}.", "{co} is considering the sale of {unit}.",
        "{who} will speak at the conference in {place}.", "The committee will meet again in {month}.", "The method is described in the annex of the report.", "{co} will transfer the production of {thing} to {place}.",
        "The exchange offer is made on the terms set out in the prospectus.", "The decision concerns all units of {co}.", "The investment will be made in stages through {year}.", "Further information is available from the {role}.",
        "{co}'s other shareholders include two pension funds.", "The market is served from a warehouse near {place}.", "The loan matures in {year}.", "The purchase price was paid in cash.",
        "The company said there was no change in its view of the year.", "{co} also owns {unit}.", "The vessel can carry {n} cars and was built in {year}.", "About {n} people work at the site.",
    ]

    static let positive = [
        "{co} said {good} {rose} {pct} in {month}.", "{good} {rose} to {money} from a weaker year before.", "{co} won an order worth {money} from a customer in {place}.",
        "{co} raised its forecast after a strong quarter.", "{who} said demand was better than expected.", "{co} returned to profit after two years of losses.", "{co} will open {n} new stores and create jobs in {place}.",
        "{co} has been awarded a contract to supply {thing} to {place}.", "{bad} {fell} by {pct}, helped by savings.", "The new line will double capacity and improve efficiency.", "{co} beat analysts' estimates.",
        "The regulator approved the drug of {co}.", "{co} gained market share in {place}.", "We are very pleased with this cooperation, said the {role}.", "{co} is the market leader in {thing}.",
        "The brokerage upgraded {co} to buy.", "{co} signed a long-term agreement to deliver {thing}.", "The agreement strengthens our position in {place}.", "The shares of {co} {rose} {pct}.",
        "{co} expects {good} to grow clearly this year.", "The order book is at a record high.", "{co} announced a special dividend after good results.", "Customers praised the quality of its {thing}.",
        "The solution helps customers save energy and cut costs.", "{co} was named supplier of the year.", "{co} reached an important milestone in {place}.", "{co} expands its network in {place} to meet growing demand.",
        "The system makes it possible to work faster and more safely.", "The partnership gives {co} access to a fast-growing market.", "Profitability improved in all segments.", "{co} recalled its staff from furlough as orders recovered.",
    ]

    static let negative = [
        "{co} said {good} {fell} {pct} in {month}.", "{good} {fell} to {money} from {money} as demand weakened.", "{co} cut its forecast and warned of a weak year.", "{co} will lay off {n} people in {place}.",
        "{co} posted a loss of {money}.", "{co} swung to a loss.", "{co} is closing its plant in {place}.", "The shares of {co} {fell} {pct}.", "{bad} {rose} by {pct}.", "{co} missed analysts' estimates.",
        "The regulator fined {co} {money}.", "{co} filed for bankruptcy protection.", "The brokerage downgraded {co} to sell.", "{co} lost a large customer in {place}.", "{co} recalled {n} thousand vehicles over a brake defect.",
        "Production was stopped by a strike.", "{co} suspended its dividend.", "The order was cancelled.", "{co} starts negotiations on job cuts that affect {n} employees.", "The project in {place} is delayed and will cost more than planned.",
        "{who} said the market remained difficult and prices were under pressure.", "{co} is being sued by its customers.", "The bank wrote off {money} of bad loans.", "The outlook for {thing} is gloomy.",
        "{co} could not agree with its creditors.", "The trial of its drug failed.", "Hackers stole data of {n} million customers of {co}.", "{co} will reduce output of {thing} because orders have dried up.",
    ]
}
