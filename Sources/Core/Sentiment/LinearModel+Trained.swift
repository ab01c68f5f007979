extension LinearModel {
    static let trainedSteps = ""
}
