/// The five characters by which PostgreSQL names a condition (appendix A of its manual), also the server's own `CK…` codes.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The five characters.
    public let rawValue: String

    /// A condition by its five characters.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The five characters.
    public var description: String { rawValue }

    /// The first two characters, the class of the condition.
    public var conditionClass: Substring { rawValue.prefix(2) }

    /// A unique key holds this value already.
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// A foreign key has no target, or is still referred to.
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// A check constraint refuses the row.
    public static let checkViolation = SQLState(rawValue: "23514")
    /// A required column is null.
    public static let notNullViolation = SQLState(rawValue: "23502")
    /// An exclusion constraint refuses the row.
    public static let exclusionViolation = SQLState(rawValue: "23P01")
    /// Serializable transactions cannot be ordered.
    public static let serializationFailure = SQLState(rawValue: "40001")
    /// Transactions wait for each other.
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    /// The statement was cancelled, by its time limit or on request.
    public static let queryCanceled = SQLState(rawValue: "57014")
    /// A lock was not to be had within the lock time limit.
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// The role lacks a privilege, or row-level security refuses the row.
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// A text is not a value of its type.
    public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
    /// A number does not fit its type.
    public static let numericOutOfRange = SQLState(rawValue: "22003")
    /// A text is longer than its column allows.
    public static let stringDataRightTruncation = SQLState(rawValue: "22001")
    /// A date or time does not exist.
    public static let datetimeFieldOverflow = SQLState(rawValue: "22008")
    /// A text holds a character that the database cannot store (U+0000).
    public static let characterNotInRepertoire = SQLState(rawValue: "22021")
    /// The statement cannot be parsed.
    public static let syntaxError = SQLState(rawValue: "42601")
    /// The table does not exist.
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// The column does not exist.
    public static let undefinedColumn = SQLState(rawValue: "42703")
    /// The function does not exist.
    public static let undefinedFunction = SQLState(rawValue: "42883")
    /// The transaction may not write.
    public static let readOnlyTransaction = SQLState(rawValue: "25006")
    /// The transaction failed before and only accepts `rollback`.
    public static let inFailedTransaction = SQLState(rawValue: "25P02")
    /// The transaction was idle for longer than its time limit.
    public static let idleInTransactionTimeout = SQLState(rawValue: "25P03")
    /// The server does not know the prepared statement.
    public static let invalidStatementName = SQLState(rawValue: "26000")
    /// The prepared statement exists already.
    public static let duplicatePreparedStatement = SQLState(rawValue: "42P05")
    /// The feature is not supported; also « cached plan must not change result type ».
    public static let featureNotSupported = SQLState(rawValue: "0A000")
    /// An administrator ends the connection.
    public static let adminShutdown = SQLState(rawValue: "57P01")
    /// The server restarts after a crash.
    public static let crashShutdown = SQLState(rawValue: "57P02")
    /// The server starts or stops and takes no connection.
    public static let cannotConnectNow = SQLState(rawValue: "57P03")
    /// No connection slot is free.
    public static let tooManyConnections = SQLState(rawValue: "53300")
    /// A function raised an error of its own.
    public static let raiseException = SQLState(rawValue: "P0001")

    /// True when the same transaction may succeed if it is tried again: conflict, lock, server starting, resources.
    public var isTransient: Bool {
        switch self {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .tooManyConnections: true
        default: isConnectionLost || conditionClass == "53"
        }
    }

    /// True when the condition ends the connection or refuses one.
    public var isConnectionLost: Bool {
        switch self {
        case .adminShutdown, .crashShutdown, .cannotConnectNow, .idleInTransactionTimeout: true
        default: conditionClass == "08" || rawValue == "57P04" || rawValue == "57P05"
        }
    }
}
