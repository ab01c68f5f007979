import CSQLite

/// Decides what a statement may do before it is compiled, and when it has run long enough.
///
/// Used by one thread: the one that runs the statement calls it back.
final class Warden {
    var deadline: ContinuousClock.Instant?
    var cancellation: Cancellation?
    /// Our own statements may use the pragmas that look into the file; a client's may not.
    var isOurs = false
    /// What was refused last, for the sentence.
    var refused: String?
    /// Columns that were read as NULL, because their names say that they hold secrets.
    var hidden: Set<String> = []

    var isOver: Bool { (deadline.map { ContinuousClock.now >= $0 } ?? false) || (cancellation?.isRaised ?? false) }

    /// Pragmas that only tell of the schema, with the name of a table or an index as their argument.
    static let open: Set<String> = ["table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list"]
    /// Pragmas of ours; without an argument they only tell.
    private static let ours: Set<String> = ["page_count", "page_size", "freelist_count", "journal_mode", "quick_check", "foreign_key_check"]
    /// Functions that reach beyond the database, in builds that have them.
    private static let functions: Set<String> = ["load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "sqlite_rename_table", "sqlite_rename_column"]
    private static let secrets = ["password", "passwd", "secret", "token", "api_key", "apikey", "private_key", "credential", "credentials", "authorization", "cookie"]

    /// SQLITE_OK, SQLITE_DENY, or SQLITE_IGNORE, which makes a column read as NULL.
    func verdict(_ action: Int32, _ first: String?, _ second: String?) -> Int32 {
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_READ:
            guard let column = second?.lowercased(), Warden.secrets.contains(where: column.hasSuffix) else { return SQLITE_OK }
            hidden.insert("\(first ?? "").\(column)")
            return SQLITE_IGNORE
        case SQLITE_FUNCTION:
            guard let name = second?.lowercased(), Warden.functions.contains(name) else { return SQLITE_OK }
            return refuse("the function \(name)")
        case SQLITE_PRAGMA:
            let name = first?.lowercased() ?? ""
            if Warden.open.contains(name) || (isOurs && Warden.ours.contains(name) && (second == nil || name == "quick_check" || name == "foreign_key_check")) { return SQLITE_OK }
            return refuse("PRAGMA \(name)")
        default: return refuse(Warden.names[action] ?? "action \(action)")
        }
    }

    private func refuse(_ what: String) -> Int32 {
        refused = what
        return SQLITE_DENY
    }

    private static let names: [Int32: String] = [
        SQLITE_ATTACH: "ATTACH", SQLITE_DETACH: "DETACH", SQLITE_INSERT: "INSERT", SQLITE_UPDATE: "UPDATE", SQLITE_DELETE: "DELETE",
        SQLITE_TRANSACTION: "a transaction", SQLITE_SAVEPOINT: "a savepoint", SQLITE_CREATE_TABLE: "CREATE TABLE", SQLITE_CREATE_INDEX: "CREATE INDEX",
        SQLITE_CREATE_TEMP_TABLE: "CREATE TEMP TABLE", SQLITE_CREATE_VIEW: "CREATE VIEW", SQLITE_CREATE_TEMP_VIEW: "CREATE TEMP VIEW",
        SQLITE_CREATE_TRIGGER: "CREATE TRIGGER", SQLITE_CREATE_TEMP_TRIGGER: "CREATE TEMP TRIGGER", SQLITE_CREATE_VTABLE: "CREATE VIRTUAL TABLE",
        SQLITE_DROP_TABLE: "DROP TABLE", SQLITE_DROP_INDEX: "DROP INDEX", SQLITE_ALTER_TABLE: "ALTER TABLE", SQLITE_REINDEX: "REINDEX", SQLITE_ANALYZE: "ANALYZE",
    ]
}
