public import MCPHosting
public import Notation

/// What is wrong with a caller's regular expression, as the failure of the tool that took it.
public enum FailedPattern {
    public static func told<T>(_ work: () throws(TextPattern.Fault) -> T) throws(ToolFailure) -> T {
        do throws(TextPattern.Fault) { return try work() } catch { throw ToolFailure("regex: \(error)") }
    }
}
