/// Which rows of a record a caller reads and changes. It narrows the right to read the record, never widens it: list, page, JSON, choices,
/// counts, lines, files, deadlines and history ask it, and a row that one may not see answers as one that does not exist.
public struct RowRule: Sendable {
    /// What makes a row the caller's.
    public enum Kind: Sendable, Equatable {
        /// The field names the caller's own person.
        case own(String)
        /// The caller's own person stands in these lines of the record.
        case members(String)
    }

    public let kind: Kind
    /// Permission whose holders see every row; nil where nobody does.
    public let unless: String?
    /// Permission whose holders give rows to others; nil for `unless`.
    public let giving: String?

    /// Rows whose reference is the caller's own person.
    /// - Parameters:
    ///   - field: a reference to somebody of the team.
    ///   - giving: permission to create rows for others, where that is not the one to read them.
    public static func own(_ field: String, unless: String? = nil, giving: String? = nil) -> RowRule {
        RowRule(kind: .own(field), unless: unless, giving: giving ?? unless)
    }

    /// Rows in whose lines the caller's own person stands. Whoever creates a row is its first member, and one stays.
    /// - Parameter lines: name of a list of lines with one reference to somebody of the team.
    public static func members(of lines: String, unless: String? = nil) -> RowRule {
        RowRule(kind: .members(lines), unless: unless, giving: unless)
    }

    /// Whether the caller sees such rows alone. Links and jobs act for the house.
    public func binds(_ access: Access) -> Bool { Self.isBound(access, unless: unless) }

    /// Whether the caller gives rows to nobody else.
    public func bindsGiving(_ access: Access) -> Bool { Self.isBound(access, unless: giving) }

    private static func isBound(_ access: Access, unless permission: String?) -> Bool {
        guard access.channel == .session || access.channel == .token else { return false }
        return !(permission.map(access.can) ?? false)
    }
}

extension RecordType {
    /// The caller's own line of the team; `$1` is the MSP.
    private static let me: SQL =
        """
        (select "me"."id" from kernel.professional "me" where "me"."msp_id" = $1 and "me"."account_id" = kernel.current_account())
        """

    /// SQL condition on a row of the record's table: it is the caller's by the record's rule, whatever the permissions. `$1` is the MSP.
    /// Nil without a rule. A hand-made screen uses it instead of a condition of its own.
    /// - Parameter alias: what the statement calls the table, with its dot: `"c."`; empty where the columns stand alone.
    public func ownRows(_ alias: SQL = "") -> SQL? {
        guard let reading else { return nil }
        switch reading.kind {
        case .own:
            guard let column = ownColumn else { return "false" }
            return alias + column + " = " + Self.me
        case .members:
            guard let circle else { return "false" }
            // Not tied to the row: read once for the statement.
            let rows: SQL = "select \"m\"." + circle.parent + circle.rows
            return alias + "\"id\" = any(array(" + rows + " and \"m\"." + circle.person + " = " + Self.me + "))"
        }
    }

    /// Accounts of those whose row it is by the rule, for what tells people without a caller: a cell beside the row. Nil without a rule.
    public func ownersOfRow(_ alias: SQL) -> SQL? {
        guard let reading else { return nil }
        let accounts: SQL =
            """
            array(select "w"."account_id" from kernel.professional "w" where "w"."msp_id" = $1 and "w"."account_id" is not null and "w"."id"
            """ + " "
        switch reading.kind {
        case .own:
            guard let column = ownColumn else { return "null::uuid[]" }
            return accounts + "= " + alias + column + ")"
        case .members:
            guard let circle else { return "null::uuid[]" }
            let rows: SQL = "select \"m\"." + circle.person + circle.rows
            return accounts + "in (" + rows + " and \"m\"." + circle.parent + " = " + alias + "\"id\"))"
        }
    }

    private var ownColumn: SQL? {
        guard case .own(let name) = reading?.kind, let field = field(name) else { return nil }
        return try? SQL.identifier(field.column)
    }

    /// The lines whose people see the row, and the field that names them; nil where the rule is none of members.
    public var memberLines: (lines: Lines, person: RecordField)? {
        guard case .members(let name) = reading?.kind, let lines = lines.first(where: { $0.name == name }) else { return nil }
        let people = lines.fields.filter { field in
            if case .reference(let target) = field.kind { target.record == "core.professional" && !field.isDerived } else { false }
        }
        return people.count == 1 ? (lines, people[0]) : nil
    }

    /// The lines of members, called `m`.
    private var circle: (parent: SQL, person: SQL, rows: SQL)? {
        guard let (lines, person) = memberLines, let table = try? SQL.identifier(lines.table),
            let parent = try? SQL.identifier(lines.parent), let column = try? SQL.identifier(person.column)
        else { return nil }
        let rows: SQL = " from " + table + " \"m\" where \"m\".\"msp_id\" = $1"
        let standing: SQL = if case .archive = lines.removal { " and \"m\".\"archived_at\" is null" } else { SQL.empty }
        return (parent, column, rows + standing)
    }
}
