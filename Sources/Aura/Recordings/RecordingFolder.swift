import ArgumentParser

/// Which recording a command is about: `--recording R`, or just `R`.
struct RecordingFolder: ParsableArguments {
    @Option(name: .customLong("recording"), help: "The recording's folder.") var option: String?
    @Argument(help: ArgumentHelp("The recording's folder.", visibility: .hidden)) var argument: String?

    var path: String {
        get throws {
            guard let path = option ?? argument, option == nil || argument == nil else { throw Refused("name one recording: --recording FOLDER") }
            return path
        }
    }
}
