/// What a desk on this machine says of itself, asked as `aura probe` asks: GET `/readyz` on a port of the loopback.
public enum ReadyProbe {
    /// Whether it is ready to trade; nil where nothing answers, or something else does.
    public static func ask(_ port: Int) async -> Bool? {
        switch await LoopbackQuestion(path: "/readyz").ask(port)?.status {
        case 200: true
        case 503: false
        default: nil
        }
    }
}
