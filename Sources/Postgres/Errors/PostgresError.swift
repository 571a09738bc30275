/// What went wrong between the program and the database.
///
/// Its description holds the condition and names of the schema, never a value: it may be logged. The server's own message may quote
/// what a person typed, so it is kept apart in `unsafeServerMessage`.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
    /// Where the failure lies.
    public enum Kind: String, Sendable, Hashable {
        /// The server refused a statement; see `sqlState`.
        case server
        /// The connection could not be made or was lost. What was under way may or may not have been committed.
        case connection
        /// No connection became free within the time limit.
        case poolTimeout
        /// The calling task was cancelled.
        case cancelled
        /// A value of the answer has not the expected type.
        case decoding
        /// The configuration or the use of the client is wrong.
        case configuration
        /// The pool is closed.
        case shutdown
    }

    /// Where the failure lies.
    public let kind: Kind
    /// The server's condition, when the server answered.
    public let sqlState: SQLState?
    /// The constraint that refused the row.
    public let constraint: String?
    /// The table concerned.
    public let table: String?
    /// The server's primary message. It may quote personal data: never log it, never show it as it is.
    public let unsafeServerMessage: String?
    /// What happened, in a sentence of the client; never holds data.
    let explanation: String?

    init(
        _ kind: Kind, _ explanation: String? = nil, sqlState: SQLState? = nil, constraint: String? = nil, table: String? = nil,
        unsafeServerMessage: String? = nil
    ) {
        self.kind = kind
        self.explanation = explanation
        self.sqlState = sqlState
        self.constraint = constraint
        self.table = table
        self.unsafeServerMessage = unsafeServerMessage
    }

    /// An error of a given kind, for tests and for code that stands in for the database.
    public init(kind: Kind, sqlState: SQLState? = nil, constraint: String? = nil, table: String? = nil, unsafeServerMessage: String? = nil)
    {
        self.init(kind, nil, sqlState: sqlState, constraint: constraint, table: table, unsafeServerMessage: unsafeServerMessage)
    }

    /// True when the same work may succeed if it is tried again. After `.connection`, only work that may be done twice.
    public var isTransient: Bool {
        switch kind {
        case .server: sqlState?.isTransient ?? false
        case .connection, .poolTimeout: true
        case .cancelled, .decoding, .configuration, .shutdown: false
        }
    }

    /// Kind, condition, constraint and table; no data.
    public var description: String {
        var text = "postgres \(kind.rawValue)"
        if let sqlState { text += " \(sqlState.rawValue)" }
        if let constraint { text += ", constraint \(constraint)" }
        if let table { text += ", table \(table)" }
        if let explanation { text += ": \(explanation)" }
        return text
    }

    /// The same error with an explanation for one that has none.
    func explained(_ sentence: @autoclosure () -> String) -> PostgresError {
        PostgresError(
            kind, explanation.map { "\(sentence()): \($0)" } ?? sentence(), sqlState: sqlState, constraint: constraint, table: table,
            unsafeServerMessage: unsafeServerMessage)
    }
}

extension PostgresError: CustomDebugStringConvertible {
    /// The description: a debug print must not show data either.
    public var debugDescription: String { description }
}

extension PostgresError: CustomReflectable {
    /// Only the description, so that `dump` and reflection show no data.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
