/// The topics that the desk knows by name. docs/sentiment.md tells how one is added.
///
/// A capital in a name must be there in the text; `?` marks a name that needs a context word; the second bar starts words that rule the topic out.
public enum TopicCatalog {
    public static let tables = [companies, people, places, economy, coins, others]

    static let companies = """
        company apple: Apple?, Apple Inc, AAPL, iPhone, $AAPL | iphone ipad mac macbook ios shares stock inc cook app tech cupertino earnings nasdaq siri vision | pie orchard cider juice tree
        company microsoft: Microsoft, MSFT, $MSFT
        company nvidia: Nvidia, NVDA, $NVDA
        company alphabet: Alphabet, Google, GOOGL, $GOOGL, $GOOG
        company amazon: Amazon?, Amazon.com, AMZN, AWS, $AMZN | shares stock prime retailer aws bezos jassy warehouse e-commerce ecommerce cloud sales earnings delivery | rainforest deforestation river basin
        company meta: Meta?, Meta Platforms, Facebook, Instagram, WhatsApp, $META, $FB | zuckerberg facebook instagram whatsapp shares platforms stock ai
        company tesla: Tesla, TSLA, $TSLA || nikola coil
        company netflix: Netflix, NFLX, $NFLX
        company boeing: Boeing, $BA
        company ford: Ford Motor, Ford?, $F | motor vehicles trucks cars recall shares f-150 automaker ev | harrison gerald betty
        company general_motors: General Motors, GM, $GM
        company target: Target Corp, Target?, $TGT | retailer stores shoppers shares cornell stock retail | price rate inflation
        company visa: Visa Inc, Visa?, $V | mastercard payments card shares earnings | travel tourist immigration passport student
        company delta: Delta Air Lines, Delta?, $DAL | airline airlines flights passengers shares | variant river
        company shell: Royal Dutch Shell, Shell?, $SHEL | oil gas lng shares barrel energy dividend | sea egg turtle
        company bp: BP
        company exxon: Exxon, Exxon Mobil, ExxonMobil, $XOM
        company jpmorgan: JPMorgan, JP Morgan, JPMorgan Chase, $JPM
        company goldman: Goldman Sachs, Goldman, $GS
        company openai: OpenAI, ChatGPT
        company spacex: SpaceX, Starship, Falcon 9
        company twitter: Twitter
        company intel: Intel?, Intel Corp, $INTC | chip chips chipmaker foundry shares semiconductor | intelligence agencies spy
        company oracle: Oracle?, Oracle Corp, $ORCL | ellison cloud database shares software | delphi
        company gap: Gap Inc, Gap?, $GPS | retailer apparel clothing shares stores
        company walmart: Walmart, $WMT
        company disney: Disney, Walt Disney, $DIS
        company coinbase: Coinbase, $COIN
        company paramount: Paramount?, Paramount Global | skydance studio cbs pictures shares merger
        company kalshi: Kalshi
        company polymarket: Polymarket
        """

    static let people = """
        person trump: Trump, Donald Trump, President Trump
        person biden: Biden, Joe Biden
        person harris: Kamala Harris, Harris? | vice kamala democrat democratic
        person powell: Jerome Powell, Powell? | fed chair rates inflation reserve fomc | colin
        person musk: Musk, Elon Musk
        person vance: JD Vance, Vance
        person newsom: Newsom, Gavin Newsom
        person putin: Putin, Vladimir Putin
        person zelensky: Zelensky, Zelenskyy, Volodymyr Zelensky
        person netanyahu: Netanyahu
        person xi: Xi Jinping
        person lagarde: Lagarde, Christine Lagarde
        person altman: Sam Altman, Altman
        person pope: Pope, the pope
        person swift: Taylor Swift, Swift? | album tour kelce concert grammy singer song
        person jordan_michael: Michael Jordan
        person hilton_paris: Paris Hilton
        person bessent: Bessent, Scott Bessent
        """

    static let places = """
        place new_york: New York, New York City, NYC, Manhattan, Central Park
        none new_york_times: New York Times, New York Post, New York Stock Exchange, New York Fed, New York Yankees, New York Giants, New York Mets, New York Jets
        place chicago: Chicago, Midway
        none chicago_fed: Chicago Fed, Chicago Bears, Chicago Cubs, Chicago Bulls
        place miami: Miami
        place los_angeles: Los Angeles, LAX
        place austin: Austin? | texas temperature weather city degrees forecast heat | powers
        place denver: Denver? | temperature weather colorado city snow degrees forecast heat | john broncos
        place philadelphia: Philadelphia
        place houston: Houston? | texas temperature weather city hurricane degrees flood | whitney rockets astros
        place washington: Washington DC, Washington D.C
        none washington_post: Washington Post, George Washington, Denzel Washington
        place ukraine: Ukraine, Kyiv, Ukrainian
        place russia: Russia, Moscow, Kremlin, Russian
        place china: China, Beijing, Chinese
        place israel: Israel, Israeli, Gaza
        place iran: Iran, Tehran, Iranian
        place taiwan: Taiwan
        place turkey: Turkey?, Turkish, Ankara, Istanbul | erdogan lira ankara istanbul inflation nato earthquake bank | thanksgiving sandwich stuffing gravy roast
        place jordan: Jordan? | amman kingdom hashemite border king israel refugees | michael
        place georgia: Georgia? | tbilisi atlanta senate governor voters ballots parliament
        place greenland: Greenland
        place venezuela: Venezuela, Maduro
        place uk: UK, Britain, United Kingdom, British
        place euro_area: eurozone, euro zone, euro area
        place japan: Japan, Japanese, Tokyo
        place us: U.S, United States
        """

    static let economy = """
        economy fed_rates: Fed, Federal Reserve, FOMC, rate cut, rate hike, federal funds rate, interest rates, rate cuts, rate hikes, rate decision || fedex
        none new_york_fed_none: FedEx, Fed Up, Fed up
        economy ecb_rates: ECB, European Central Bank
        economy boe_rates: Bank of England, BoE
        economy boj_rates: Bank of Japan, BoJ
        economy inflation: inflation, CPI, consumer prices, consumer price index, core CPI, PCE, disinflation
        economy unemployment: unemployment, unemployment rate, jobless rate, jobless claims, initial claims
        economy payrolls: payrolls, nonfarm payrolls, jobs report, job growth, jobs added
        economy gdp: GDP, gross domestic product, economic growth, recession
        economy mortgage: mortgage rates, mortgage rate, 30-year mortgage
        economy gas_price: gas prices, gasoline prices, price of gas, price at the pump
        economy oil: crude oil, WTI, Brent, oil prices, OPEC, oil price
        economy gold: gold price, gold prices, Gold?, bullion, XAU | ounce bullion spot prices price metal safe-haven record futures | medal rush silver-medal olympic olympics coast
        economy sp500: S&P 500, S&P, SPX, SPY, $SPY, $SPX
        economy nasdaq: Nasdaq 100, Nasdaq, QQQ, $QQQ
        economy dow: Dow Jones, Dow? | points stocks index industrial jones closes | chemical
        economy treasury: Treasury yields, 10-year yield, ten-year yield, treasury yield, bond yields
        economy tariffs: tariffs, tariff, trade war
        economy shutdown: government shutdown, federal shutdown
        economy debt_ceiling: debt ceiling, debt limit
        economy euro: EUR/USD, EURUSD, euro exchange rate
        """

    static let coins = """
        coin bitcoin: bitcoin, BTC, bitcoins, $BTC
        none bitcoin_cash: bitcoin cash, BCH, bitcoin pizza
        coin ethereum: ethereum, ether?, ETH, $ETH | crypto token bitcoin coin price blockchain etf | anesthesia anaesthesia solvent
        coin solana: solana, SOL, $SOL
        coin xrp: XRP, Ripple, $XRP
        coin dogecoin: dogecoin, DOGE?, $DOGE | coin crypto token price musk bitcoin | department efficiency
        """

    static let others = """
        weather temperature: temperature, temperatures, heat wave, heatwave, cold snap, record heat, degrees, high temperature, highest temperature, heat advisory
        weather snow: snow, snowfall, blizzard, snowstorm
        weather rain: rain, rainfall, flooding
        weather hurricane: hurricane, tropical storm, hurricane season
        sport super_bowl: Super Bowl
        sport world_series: World Series
        sport nba: NBA, NBA Finals
        sport nfl: NFL
        sport world_cup: World Cup
        sport oscars: Oscars, Academy Awards, Best Picture
        """
}
