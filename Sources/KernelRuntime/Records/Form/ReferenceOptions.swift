import Kernel

/// Names of the records that reference fields may point to, for filters and forms; one statement for each table. Only what the caller
/// may read comes out.
struct ReferenceOptions: Sendable {
    /// Shown as a list to choose from; beyond, names are typed and proposed.
    static let listLimit = 200
    private static let mostNames: SQL = " limit 1001"
    private static let mostChoices: SQL = " limit 201"

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
    /// What is being typed; nil for the beginning of all choices.
    private let words: [String]?
    private let limit: SQL

    /// Choices of every reference among some fields.
    init(choicesOf fields: [RecordField], matching words: [String]? = nil) {
        self.words = words
        limit = Self.mostChoices
        for field in fields { if let target = field.target { add(target, field.name, nil) } }
    }

    /// Choices of every filter when the panel is open; otherwise the names of what is filtered on.
    init(filtersOf plan: RecordPlan, _ asked: RecordPageQuery) {
        words = nil
        limit = Self.mostNames
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
                && $0.target.among == target.among && $0.target.offersArchived == target.offersArchived
        }
        guard let place else { return sources.append(Source(target: target, fields: [field], ids: ids)) }
        sources[place].fields.append(field)
        if let ids { sources[place].ids? += ids }
    }

    /// One statement for each table; where a right lifts the row rule of its record, one for either case.
    /// - Parameter subject: the record acted on, for lines that belong to it.
    func queries(msp: Identifier, of subject: Identifier?, _ catalog: RecordCatalog) throws(PostgresError) -> [Query] {
        var queries: [Query] = []
        for source in sources {
            let choice = ReferenceChoice(source.target, catalog)
            for bound in Self.cases(source.target, catalog) {
                if let words {
                    queries.append(try choice.matching(words, msp: msp, of: subject, bound: bound))
                } else if let ids = source.ids {
                    queries.append(try choice.named(choice.cells, msp: msp, ids, bound: bound, order: choice.order + limit))
                } else {
                    queries.append(try choice.query(choice.cells, msp: msp, of: subject, bound: bound, order: choice.order + limit))
                }
            }
        }
        return queries
    }

    /// Whether the statement is asked bound by the row rule, free of it, or both ways.
    private static func cases(_ target: ReferenceTarget, _ catalog: RecordCatalog) -> [Bool] {
        guard let rule = catalog.rule(of: target) else { return [false] }
        return rule.unless == nil ? [true] : [true, false]
    }

    /// Options by field, from the results of `queries`.
    func names(_ results: ArraySlice<ResultSet>, _ catalog: RecordCatalog, _ access: Access) throws -> [String: [Option]] {
        var names: [String: [Option]] = [:]
        var rest = results
        for source in sources {
            let answers = rest.prefix(Self.cases(source.target, catalog).count)
            rest = rest.dropFirst(answers.count)
            // The free one is the last.
            let answer = catalog.binds(source.target, access) ? answers.first : answers.last
            guard catalog.mayRead(source.target, access), let rows = answer else { continue }
            let options = try Self.options(rows, source.target, access)
            for field in source.fields { names[field] = options }
        }
        return names
    }

    /// Rows of `ReferenceChoice.cells`, in the words that the caller may read.
    static func options(_ rows: ResultSet, _ target: ReferenceTarget, _ access: Access) throws -> [Option] {
        let words = target.mask?.words(for: access)
        return try rows.map { row in
            let title: String = try row[1]
            return Option(id: try row[0], title: try row[2] as Bool ? words ?? title : title)
        }
    }
}

extension RecordPlan {
    /// A name as a cell of `TitledRow` gives it, in the words that the reader may see; nil for a row that the reader may not see.
    func said(_ cell: String, _ field: String, for access: Access) -> String? {
        told(cell, field, for: access).map { record.field(field)?.target?.say?($0) ?? $0 }
    }

    /// The same for programs, as it is stored.
    func told(_ cell: String, _ field: String, for access: Access) -> String? {
        guard let target = record.field(field)?.target, catalog.rule(of: target) != nil else { return cell }
        return cell.first == "+" || !catalog.binds(target, access) ? String(cell.dropFirst()) : nil
    }

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
