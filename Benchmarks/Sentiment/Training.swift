import Sentiment

/// `sentiment-tool train`: trains the linear model on the project's own text and prints the Swift source that holds its weights.
enum Training {
    static let sentences = 6000
    static let seed: UInt64 = 20_260_101
    /// Weights are stored in steps of this size: smaller ones are noise, and the source stays small.
    static let step = 1.0 / 64

    static func source() -> String {
        var text = TrainingText(seed: seed)
        var scorer = SentimentScorer(model: LinearModel())
        for _ in 0..<sentences {
            let (sentence, tone) = text.sentence()
            scorer.learn(sentence, tone: tone)
        }
        let steps = scorer.model.weights.map { min(max(Int(($0 / step).rounded()), -127), 127) }
        var runs: [String] = []
        var zeros = 0
        for value in steps {
            if value == 0 { zeros += 1; continue }
            runs.append(zeros > 0 ? "\(zeros):\(value)" : "\(value)")
            zeros = 0
        }
        var lines: [String] = [], line = ""
        for run in runs {
            if line.utf8.count + run.utf8.count > 150 { lines.append(line); line = "" }
            line += (line.isEmpty ? "" : " ") + run
        }
        lines.append(line)
        return """
            // Written by `sentiment-tool train`: the linear model after \(sentences) sentences of the project's own text (Benchmarks/Sentiment/TrainingText.swift).
            extension LinearModel {
                /// In steps of 1/64; "n:w" is n zeros and a weight.
                static let trainedSteps = \"""
            \(lines.map { "        " + $0 }.joined(separator: "\n"))
                    \"""
            }

            """
    }
}
