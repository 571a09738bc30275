import Kernel

/// The statements on what may be chosen of a target. What a form offers, what is proposed while one types, a name that is typed and an
/// identifier that is sent all ask the same.
struct ReferenceChoice: Sendable {
    /// Said of anything else, whatever the door and whatever the reason.
    static let refusal = "L’élément choisi n’existe pas dans votre structure, ou ne peut pas être choisi ici."

    let target: ReferenceTarget
    /// Row rule of the target's record, as a condition; nil where everybody who may read the record sees each row.
    let rule: SQL?

    init(_ target: ReferenceTarget, _ catalog: RecordCatalog) {
        self.target = target
        rule = catalog.ownRows(target)
    }

    /// - Parameters:
    ///   - subject: the record acted on, for rows that belong to it.
    ///   - bound: whether the rule of the target's record holds for the caller.
    ///   - more: a condition with its parameter.
    func query(
        _ cells: SQL, msp: Identifier, of subject: Identifier?, bound: Bool, and more: (condition: (SQL) -> SQL, value: Parameter)? = nil,
        order: SQL = SQL.empty
    ) throws(PostgresError) -> Query {
        var parameters: [Parameter] = [.id(msp)]
        var conditions: SQL = "\"msp_id\" = $1"
        if let within = target.within {
            parameters.append(.id(subject))
            conditions += " and (" + within + ")"
        } else if !target.offersArchived {
            conditions += " and \"archived_at\" is null"
        }
        if let among = target.among { conditions += " and (" + among + ")" }
        if bound, let rule { conditions += " and " + rule }
        if let more {
            parameters.append(more.value)
            conditions += " and " + more.condition(SQL.parameter(parameters.count))
        }
        return Query(
            "select " + cells + " from " + (try SQL.identifier(target.table)) + " where " + conditions + order, parameters: parameters)
    }

    /// Names of rows that are chosen already, also of those that could not be chosen any more.
    func named(_ cells: SQL, msp: Identifier, _ ids: [Identifier], bound: Bool, order: SQL) throws(PostgresError) -> Query {
        let own: SQL = bound ? rule.map { " and " + $0 } ?? SQL.empty : SQL.empty
        return Query(
            "select " + cells + " from " + (try SQL.identifier(target.table)) + " where \"msp_id\" = $1 and \"id\" = any($2::uuid[])" + own
                + order, .id(msp), .ids(ids))
    }

    /// Those in whose name each word begins a word, some of them.
    func matching(_ words: [String], msp: Identifier, of subject: Identifier?, bound: Bool) throws(PostgresError) -> Query {
        let condition = { (place: SQL) -> SQL in
            words.isEmpty ? place + "::text[] is null" : RecordListSQL.begins(name, words: place)
        }
        return try query(
            cells, msp: msp, of: subject, bound: bound, and: (condition, .texts(words)), order: order + " limit 20")
    }

    /// Identifier, name, and whether the name is masked.
    var cells: SQL { "\"id\", " + name + " as \"title\", (" + (target.mask?.covers ?? "false") + ")" }

    var name: SQL { "(" + target.title + ")::text" }

    /// As declared, else by name.
    var order: SQL {
        let first: SQL = target.order.map { $0 + ", " } ?? SQL.empty
        return " order by " + first + name + " collate \"kernel\".\"french\", \"id\""
    }
}

extension RecordCatalog {
    /// Row rule of the record that a target points to; rows under a record are reached from it, which was read by its own rule.
    func rule(of target: ReferenceTarget) -> RowRule? { target.owner == nil ? entry(target.record)?.record.reading : nil }

    /// The same as a condition on its table.
    func ownRows(_ target: ReferenceTarget) -> SQL? { rule(of: target) == nil ? nil : entry(target.record)?.record.ownRows() }

    /// Whether it holds for the caller.
    func binds(_ target: ReferenceTarget, _ access: Access) -> Bool { rule(of: target)?.binds(access) ?? false }
}
