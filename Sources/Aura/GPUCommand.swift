import ArgumentParser
import HostFacts
import Notation

/// `aura gpu`: what NVIDIA's library tells of the cards, once. The system's server has them read by this command (docs/decisions/0022).
struct GPUCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gpu", abstract: "Tells what NVIDIA's library knows of this machine's cards and of the processes on them, as a line of JSON; without a GPU, why.")

    @Option(help: "NVIDIA's management library, if it is not where the system looks.") var nvml: String = "libnvidia-ml.so.1"

    func run() throws { print(try JSON(encoding: GPUSurvey(library: nvml)).rendered) }
}
