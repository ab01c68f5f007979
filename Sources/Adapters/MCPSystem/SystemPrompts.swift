import MCP
import MCPHosting

/// A prompt of one message, with its arguments put in.
struct SystemPrompt: ServedPrompt {
    let description: PromptDescription
    private let text: @Sendable ([String: String]) -> String

    init(_ description: PromptDescription, _ text: @escaping @Sendable ([String: String]) -> String) {
        self.description = description
        self.text = text
    }

    func messages(_ arguments: [String: String], _ context: CallContext) async throws -> [PromptMessage] {
        // What a person typed goes in as one line of bounded length.
        [PromptMessage(.user, .text(text(arguments.mapValues { String($0.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(500)) })))]
    }

    static let all: [any ServedPrompt] = [
        SystemPrompt(
            PromptDescription(name: "diagnose_slow_engine", title: "Why is it slow?", description: "Finds what holds the desk back on this machine.")
        ) { _ in
            """
            The trading desk seems slow. Find out why, with evidence.
            1. health_check; 2. processes_list by cpu and by io; 3. metrics_query of cpu.busy, pressure.io and pressure.memory with p95 over the last hour; \
            4. services_list; 5. logs_query with level warning.
            Say which resource is short, since when, and which process takes it. Separate what you measured from what you infer; say what is not known.
            """
        },
        SystemPrompt(
            PromptDescription(
                name: "incident_report", title: "Incident report", description: "Collects what is known of an incident.",
                arguments: [PromptDescription.Argument("what", "What happened, in a sentence.")])
        ) { arguments in
            """
            Write an incident report about: \(arguments["what"] ?? "").
            Gather health_check, services_list, logs_query (level warning, newest first), metrics_query around the time, db_health, and the audit trail at audit://recent.
            Give a timeline in UTC, the effect, the cause as far as evidence goes, and what to change. Quote figures with their times.
            """
        },
        SystemPrompt(
            PromptDescription(name: "capacity_review", title: "Capacity review", description: "How much room is left, and where it ends first.")
        ) { _ in
            """
            Review the capacity of this machine: host_overview (limits of the control group first), disks_list, gpu_list, metrics_query with p95 and max over all history, db_schema for the sizes \
            of the databases. Say for each resource what is used, what is allowed and what is left; which one ends first; and what the history is too short to tell.
            """
        },
    ]
}
