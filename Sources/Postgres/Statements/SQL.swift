/// The text of a statement. It comes from literals only, so a value can never become part of it: values travel as parameters.
public struct SQL: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The statement's text.
    public let text: String

    /// A literal in the source. `StaticString` keeps text made at run time out, also through this initialiser.
    public init(stringLiteral value: StaticString) {
        text = value.description
    }

    /// Text from a trusted file of the program, a migration. Never for text that carries values.
    /// U+0000 becomes U+FFFD, which the server refuses: libpq would silently stop reading there.
    @_spi(TrustedSQL) public init(trusted: String) {
        text = trusted.utf8.contains(0) ? String(trusted.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : trusted
    }

    private init(checked: String) {
        text = checked
    }

    /// The empty text, to start a composition from.
    public static let empty = SQL(checked: "")

    /// True when there is no text.
    public var isEmpty: Bool { text.isEmpty }

    /// Puts two texts together, without a space in between.
    public static func + (a: SQL, b: SQL) -> SQL { SQL(checked: a.text + b.text) }

    /// Appends in place.
    public static func += (a: inout SQL, b: SQL) { a = a + b }

    /// A quoted name: lower-case letters, digits and underscores, at most one dot for a schema, 63 bytes a part.
    /// Throws `.configuration` for any other name.
    public static func identifier(_ name: String) throws(PostgresError) -> SQL {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        let valid = parts.allSatisfy { part in
            guard let first = part.first, part.count <= 63, first == 95 || (97...122).contains(first) else { return false }
            return part.allSatisfy { $0 == 95 || (97...122).contains($0) || (48...57).contains($0) }
        }
        guard valid, (1...2).contains(parts.count) else { throw PostgresError(.configuration, "this is not the name of a table or column") }
        return SQL(checked: parts.map { "\"\(Substring($0))\"" }.joined(separator: "."))
    }

    /// The place of a parameter, `$1` for the first.
    public static func parameter(_ index: Int) -> SQL { SQL(checked: "$\(index)") }

    /// All texts in order, with a separator between two.
    public static func joined(_ parts: [SQL], separator: SQL) -> SQL {
        SQL(checked: parts.map(\.text).joined(separator: separator.text))
    }
}

extension Sequence where Element == SQL {
    /// All texts in order, with a separator between two.
    public func joined(separator: SQL) -> SQL { SQL.joined(Array(self), separator: separator) }
}
