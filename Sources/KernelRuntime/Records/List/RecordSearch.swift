@_spi(Runtime) import Kernel

/// What the search over all modules finds of one record: the first rows of its list for the words sought.
struct RecordSearch: Sendable {
    private static let most = 8

    let plan: RecordPlan
    /// Fields told beside the name.
    let told: [RecordField]

    /// Nil for a record that is not looked for.
    init?(_ plan: RecordPlan) {
        guard let told = plan.record.findable else { return nil }
        self.plan = plan
        self.told = told.compactMap(plan.record.field)
    }

    var source: SearchSource {
        SearchSource(permission: plan.record.permissions.read, label: plan.record.words.title) { msp, words, now in
            try read(msp: msp, words, now)
        }
    }

    private func read(msp: Identifier, _ words: String, _ now: Instant) throws -> Read<SearchSource.Found> {
        let list = RecordListQuery(
            search: words, words: RecordListQuery.words(words), filters: [], order: plan.record.order, archived: false, deadline: nil)
        let (record, told, plan) = (plan.record, told, plan)
        let named = record.namedBy.compactMap(record.field)
        let shown = Set((named + told).filter { $0.target != nil }.map(\.name))
        let read = Set((named + told).map(\.name))
        let titled = try plan.sql.withTitles.titled(shown)
        let first = try RecordListSQL(list, plan, msp: msp, now: now).firstName
        return try Read.ofRows(plan) { bound in
            let statements = try RecordListSQL(list, plan, msp: msp, now: now, bound: bound)
            return Read.each(statements.page(RecordPageQuery(list: list, perPage: Self.most), titles: shown)) { $0 }
        }.map { found in
            { access in
                try found(access).map { row in
                    let values = record.values(listed: row, of: read)
                    let titles = try plan.titles(row, titled, from: first, for: access)
                    let drawing = FieldDrawing(plan: plan, access: access, values: values, titles: titles)
                    return SearchHit(
                        title: plan.title(values, titles: titles), detail: told.compactMap(drawing.shown).joined(separator: " · "),
                        path: plan.path(of: try row.decode(0)))
                }
            }
        }
    }
}
