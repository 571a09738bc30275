import Kernel

/// Names of the records that reference fields may point to, for filters and forms; one statement for each table. Only what the caller
/// may read comes out.
struct ReferenceOptions: Sendable {
    /// Shown as a list to choose from; beyond, names are typed and proposed.
    static let listLimit = 200
    private static let mostNames: SQL = " limit 1001"

    /// One referenced table with the fields that point to it.
    private struct Source: Sendable {
        let target: ReferenceTarget
        var fields: [String]
        /// Only these records, nil for all that are not archived.
        var ids: [Identifier]?
    }

    /// A record to choose.
    struct Option: Sendable {
        let id: Identifier
        let title: String
    }

    private var sources: [Source] = []

    /// Choices of every reference among some fields.
    init(choicesOf fields: [RecordField]) {
        for field in fields { if let target = field.target { add(target, field.name, nil) } }
    }

    /// Choices of every filter when the panel is open; otherwise the names of what is filtered on.
    init(filtersOf plan: RecordPlan, _ asked: RecordPageQuery) {
        if asked.showsAllFilters {
            for field in plan.record.fields where field.noFilterReason == nil {
                if let target = field.target { add(target, field.name, nil) }
            }
            return
        }
        for filter in asked.list.filters {
            let field = plan.record.fields[filter.field]
            if let target = field.target, case .anyID(let ids) = filter.test { add(target, field.name, ids) }
        }
    }

    private mutating func add(_ target: ReferenceTarget, _ field: String, _ ids: [Identifier]?) {
        let place = sources.firstIndex {
            $0.target.table == target.table && $0.target.title == target.title && $0.target.within == target.within
                && $0.target.offered == target.offered
        }
        guard let place else { return sources.append(Source(target: target, fields: [field], ids: ids)) }
        sources[place].fields.append(field)
        if let ids { sources[place].ids? += ids }
    }

    /// - Parameter subject: the record acted on, for lines that belong to it.
    func queries(msp: Identifier, of subject: Identifier?) throws(PostgresError) -> [Query] {
        var queries: [Query] = []
        for source in sources {
            let target = source.target
            let select: SQL =
                "select \"id\", (" + target.title + ")::text as \"title\", (" + (target.mask?.covers ?? "false") + ") from "
                + (try SQL.identifier(target.table)) + " where \"msp_id\" = $1 and "
            let first: SQL = target.order.map { $0 + ", " } ?? SQL.empty
            let offered: SQL = target.offered.map { " and (" + $0 + ")" } ?? SQL.empty
            let order: SQL = " order by " + first + "(" + target.title + ")::text collate \"kernel\".\"french\", \"id\"" + Self.mostNames
            if let ids = source.ids {
                queries.append(Query(select + "\"id\" = any($2::uuid[])" + order, .id(msp), .ids(ids)))
            } else if let within = target.within {
                queries.append(Query(select + "(" + within + ")" + offered + order, .id(msp), .id(subject)))
            } else {
                queries.append(Query(select + "\"archived_at\" is null" + offered + order, .id(msp)))
            }
        }
        return queries
    }

    /// Options by field, from the results of `queries`.
    func names(_ results: ArraySlice<ResultSet>, _ catalog: RecordCatalog, _ access: Access) throws -> [String: [Option]] {
        var names: [String: [Option]] = [:]
        for (source, rows) in zip(sources, results) {
            guard catalog.mayRead(source.target, access) else { continue }
            let words = source.target.mask?.words(for: access)
            let options = try rows.map { row in
                let title: String = try row[1]
                return Option(id: try row[0], title: try row[2] as Bool ? words ?? title : title)
            }
            for field in source.fields { names[field] = options }
        }
        return names
    }

    var count: Int { sources.count }
}

extension RecordPlan {
    /// Reference fields among these whose names the caller may see; the others are « élément lié ».
    func named(_ fields: [String], for access: Access) -> Set<String> {
        Set(fields.filter { name in record.field(name)?.target.map { catalog.mayRead($0, access) } ?? false })
    }
}

extension RecordCatalog {
    /// Whether the caller may read what a reference points to: the record by its own permission, a line by the one it declares.
    func mayRead(_ target: ReferenceTarget, _ access: Access) -> Bool {
        // Links and jobs choose nothing: the house gives the values.
        guard access.channel == .session || access.channel == .token else { return true }
        guard let permission = target.reading ?? entry(target.record)?.record.permissions.read else { return false }
        return access.can(permission)
    }
}
