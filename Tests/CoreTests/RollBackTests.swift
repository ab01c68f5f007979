import Engine
import Learning
import Model
import Strategies
import Testing

/// The learner taken back by a person, through the desk.
struct RollBackTests {
    /// A desk on bitcoin that has seen so many markets settle, with news before each, so that there is something to learn.
    private static func taught(_ count: Int) -> NewsDesk {
        var desk = NewsDesk()
        desk.teach(count)
        return desk
    }

    @Test func `the command goes back to a version, says what changed and why, and is replayed like any other event`() throws {
        func run() throws -> NewsDesk {
            var desk = Self.taught(110)
            #expect(desk.engine.learner.history.versions.map(\.number) == [50, 100])
            desk.give(.command(.rollBack(version: 50, reason: "the last month was a mistake")))
            return desk
        }
        let desk = try run()
        let version = try #require(desk.engine.learner.history.version(50))
        #expect(desk.engine.learner.parameters == version.parameters)
        #expect(desk.notices.contains { $0.hasPrefix("The learner was taken back to version 50: ") && $0.hasSuffix("The reason: the last month was a mistake") })
        #expect(try run().engine.digest().value == desk.engine.digest().value)
        #expect(Self.taught(110).engine.digest().value != desk.engine.digest().value)
    }

    @Test func `a version that is not kept changes nothing, and those that are kept are named`() {
        var desk = Self.taught(60)
        let before = desk.engine.learner.parameters
        desk.give(.command(.rollBack(version: 7, reason: "a try")))
        #expect(desk.engine.learner.parameters == before)
        #expect(desk.notices.contains("There is no version 7 to go back to; kept are 50."))
    }

    @Test func `the command survives the journal`() throws {
        let event = Event.command(.rollBack(version: 150, reason: "why"))
        #expect(try Written.decode(Event.self, Written.encode(event)) == event)
    }
}
