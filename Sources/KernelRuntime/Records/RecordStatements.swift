public import Kernel

/// The reading statements that the engine composes for the records of a house, with made-up values: what a test asks the database of, so that
/// a name which only the database knows – the title of a reference, a column – is wrong before anybody opens a page.
public struct RecordStatements: Sendable {
    /// The record, or the record and its lines: `loans.loan`, `loans.loan.pieces`.
    public let owner: String
    public let query: Query

    /// Every record of a house with its lines: one object with the names of what it refers to, a search, the lines of one object.
    public static func all(_ registry: ModuleRegistry) throws -> [RecordStatements] {
        let catalog = registry.catalog
        let msp = Identifier.make()
        let key: [Parameter] = [.id(msp), .id(.make())]
        return try catalog.entries.flatMap { entry in
            let record = entry.record
            let plan = RecordPlan(record: record, module: entry.module, catalog: catalog)
            let references = Set(record.fields.filter { $0.target != nil }.map(\.name))
            let list = RecordListQuery(search: "a", words: ["a"], filters: [], order: record.order, archived: false, deadline: nil)
            let one = try plan.sql.withTitles.wrap(page: plan.sql.one, fields: references, order: SQL.empty)
            let queries = [Query(one, parameters: key), try RecordListSQL(list, plan, msp: msp, now: .now).summary([])]
            return queries.map { RecordStatements(owner: record.id, query: $0) }
                + (try record.lines.map { lines in
                    RecordStatements(
                        owner: "\(record.id).\(lines.name)", query: Query(try LinesSQL(lines, of: record).all, parameters: key))
                })
        }
    }
}
