/// A value bound to a place of a statement. It travels beside the statement's text, never inside it.
public struct Parameter: Sendable, Hashable {
    enum Storage: Sendable, Hashable {
        case null
        case text(String)
        case int(Int)
        case bool(Bool)
        case double(Double)
        case id(Identifier)
        case instant(Instant)
        case date(CivilDate)
        case decimal(ExactDecimal)
        case bytes([UInt8])
        case ids([Identifier])
        case texts([String])
        case ints([Int])
    }

    let storage: Storage

    init(_ storage: Storage?) {
        self.storage = storage ?? .null
    }

    /// SQL null.
    public static let null = Parameter(Storage.null)
    /// A text. PostgreSQL cannot hold the character U+0000: such a text is refused before it is sent.
    public static func text(_ value: String?) -> Parameter { Parameter(value.map { .text($0) }) }
    /// A whole number.
    public static func int(_ value: Int?) -> Parameter { Parameter(value.map { .int($0) }) }
    /// A truth value.
    public static func bool(_ value: Bool?) -> Parameter { Parameter(value.map { .bool($0) }) }
    /// A floating-point number, for measurements; amounts use `.decimal` or whole cents.
    public static func double(_ value: Double?) -> Parameter { Parameter(value.map { .double($0) }) }
    /// A UUID.
    public static func id(_ value: Identifier?) -> Parameter { Parameter(value.map { .id($0) }) }
    /// A point in time (`timestamptz`).
    public static func instant(_ value: Instant?) -> Parameter { Parameter(value.map { .instant($0) }) }
    /// A day (`date`).
    public static func date(_ value: CivilDate?) -> Parameter { Parameter(value.map { .date($0) }) }
    /// An exact decimal (`numeric`).
    public static func decimal(_ value: ExactDecimal?) -> Parameter { Parameter(value.map { .decimal($0) }) }
    /// Bytes (`bytea`).
    public static func bytes(_ value: [UInt8]?) -> Parameter { Parameter(value.map { .bytes($0) }) }
    /// JSON text (`jsonb`), checked by the server.
    public static func json(_ value: String?) -> Parameter { .text(value) }
    /// UUIDs (`uuid[]`), as in `= any($1)`.
    public static func ids(_ value: [Identifier]) -> Parameter { Parameter(.ids(value)) }
    /// Texts (`text[]`).
    public static func texts(_ value: [String]) -> Parameter { Parameter(.texts(value)) }
    /// Whole numbers (`bigint[]`).
    public static func ints(_ value: [Int]) -> Parameter { Parameter(.ints(value)) }

    /// Appends the value in PostgreSQL's text format and says whether it is a value: false for null, with nothing appended.
    func append(to bytes: inout [UInt8]) -> Bool {
        switch storage {
        case .null: return false
        case .text(let value): bytes.append(contentsOf: value.utf8)
        case .int(let value): bytes.append(number: value)
        case .bool(let value): bytes.append(UInt8(ascii: value ? "t" : "f"))
        case .double(let value):
            bytes.append(contentsOf: (value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)").utf8)
        case .id(let value): value.append(to: &bytes)
        case .instant(let value): value.append(to: &bytes)
        case .date(let value): value.append(to: &bytes)
        case .decimal(let value): bytes.append(contentsOf: value.description.utf8)
        case .bytes(let value):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(UInt8(ascii: "x"))
            for byte in value {
                bytes.append(Hexadecimal.digit(byte >> 4))
                bytes.append(Hexadecimal.digit(byte & 15))
            }
        case .ids(let values): ArrayLiteral.append(values, to: &bytes) { $0.append(to: &$1) }
        case .texts(let values): ArrayLiteral.append(values, to: &bytes) { ArrayLiteral.append(quoted: $0, to: &$1) }
        case .ints(let values): ArrayLiteral.append(values, to: &bytes) { $1.append(number: $0) }
        }
        return true
    }
}

extension Parameter: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral {
    /// A text.
    public init(stringLiteral value: String) { self.init(.text(value)) }
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(.int(value)) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
    /// SQL null.
    public init(nilLiteral: ()) { self.init(Storage.null) }
}

extension [UInt8] {
    /// Appends a whole number in decimal digits.
    mutating func append(number value: Int) {
        if value >= 0, value < Int.max / 10 {
            append(digits: value, width: 1)
        } else {
            append(contentsOf: String(value).utf8)
        }
    }
}
