public import Kernel

/// The reading statements that the engine composes for the records of a house, with made-up values: what a test asks the database of, so that
/// a name which only the database knows – the title of a reference, a column – is wrong before anybody opens a page.
public struct RecordStatements: Sendable {
    /// The record, or the record and its lines: `loans.loan`, `loans.loan.pieces`.
    public let owner: String
    public let query: Query

    /// Every record of a house with its lines: one object with the names of what it refers to, a search, what its references may choose,
    /// the lines of one object.
    public static func all(_ registry: ModuleRegistry) throws -> [RecordStatements] {
        let catalog = registry.catalog
        let msp = Identifier.make()
        let key: [Parameter] = [.id(msp), .id(.make())]
        return try catalog.entries.flatMap { entry in
            let record = entry.record
            let plan = RecordPlan(record: record, module: entry.module, catalog: catalog)
            let list = RecordListQuery(search: "a", words: ["a"], filters: [], order: record.order, archived: false, deadline: nil)
            let queries = try [false, true].flatMap { bound in
                [
                    try plan.object(msp: msp, .make(), bound: bound),
                    try RecordListSQL(list, plan, msp: msp, now: .now, bound: bound).summary([]),
                ]
            }
            let fields = record.fields + record.actions.flatMap(\.fields) + record.lines.flatMap(\.fields)
            let choices = try fields.compactMap(\.target).map { target in
                try ReferenceChoice(target, catalog).query("1", msp: msp, of: .make(), bound: true)
            }
            return (queries + choices).map { RecordStatements(owner: record.id, query: $0) }
                + (try record.lines.map { lines in
                    RecordStatements(
                        owner: "\(record.id).\(lines.name)",
                        query: Query(try LinesSQL(lines, of: record, rule: catalog.ownRows).all, parameters: key))
                })
        }
    }
}
