/// What NVIDIA's library tells of this machine's cards at one time, or why it tells nothing.
public struct GPUSurvey: Codable, Sendable, Equatable {
    /// Why there is nothing, in a sentence. No GPU is an answer, not a failure.
    public let none: String?
    /// That is not how it should be: the driver hangs, or its library breaks down.
    public let isTrouble: Bool
    public let driver: String?
    public let cards: [GPUFacts]
    public let processes: [GPUProcessFacts]

    enum CodingKeys: String, CodingKey {
        case none, driver, cards, processes
        case isTrouble = "trouble"
    }

    public init(none: String, isTrouble: Bool = false) {
        self.none = none
        self.isTrouble = isTrouble
        (driver, cards, processes) = (nil, [], [])
    }

    init(driver: String?, cards: [GPUFacts], processes: [GPUProcessFacts]) {
        none = cards.isEmpty ? "NVIDIA's driver is here, and counts no GPU" : nil
        isTrouble = false
        self.driver = driver
        self.cards = cards
        self.processes = processes
    }

    /// Opens the library, asks it everything, and closes it.
    ///
    /// To be called once in a process's life: the library keeps 14 MiB until it is unloaded, and an event descriptor for ever (driver 580).
    /// - Parameter file: the library's name or path.
    public init(library file: String, root: HostRoot = HostRoot()) {
        do throws(GPULibrary.Absence) {
            let library = try GPULibrary(file)
            self.init(driver: library.driver, cards: try GPUFacts.all(library), processes: try GPUProcessFacts.all(library, root))
        } catch {
            self.init(none: error.description)
        }
    }
}
