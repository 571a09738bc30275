import Kernel

/// Lines of « Aujourd’hui » that checklists bring: of each record in a state that asks, the next item that is not had.
enum ChecklistToday {
    static func sources(_ record: RecordType, path: String) -> [TodaySource] {
        record.lines.flatMap { lines -> [TodaySource] in
            guard let checklist = lines.checklist, let asks = checklist.asks, let free = try? statement(record, lines, bound: false),
                let own = try? statement(record, lines, bound: true)
            else { return [] }
            return TodaySource.sources(
                "\(record.id).\(lines.name)", of: record, permission: lines.write ?? record.permissions.read,
                queries: { bound, msp, _ in
                    [Query(bound ? own : free, .id(msp), .texts(asks.sorted()), .texts(checklist.done.sorted()))]
                },
                items: { results, msp, now in try items(results[0], record, lines, checklist, path, msp, now) })
        }
    }

    /// Each record that asks, what is due first and what is newest before the others, with the codes it has and the days of those it has not. A code that nobody touched is in no row.
    private static func statement(_ record: RecordType, _ lines: Lines, bound: Bool) throws(PostgresError) -> SQL {
        let name = record.field(record.titleField)?.column ?? record.titleField
        let state = record.workflow.flatMap { record.field($0.field)?.column }
        let isAsked: SQL =
            if let state { " and \"r\"." + (try SQL.identifier(state)) + " = any ($2)" } else { " and $2::text[] is not null" }
        let hasDays = lines.field("due_on") != nil
        let open: SQL = " filter (where \"l\".\"state\" <> all ($3))"
        let days: SQL = hasDays ? "array_remove(array_agg(\"l\".\"code\" || ' ' || \"l\".\"due_on\")" + open + ", null)" : "null::text[]"
        let soonest: SQL = hasDays ? "min(\"l\".\"due_on\")" + open + " nulls last, " : SQL.empty
        let parent = try SQL.identifier(lines.parent)
        let joined: SQL =
            " left join " + (try SQL.identifier(lines.table)) + " \"l\" on \"l\".\"msp_id\" = $1 and \"l\"." + parent + " = \"r\".\"id\""
        let cells: SQL =
            "select \"r\".\"id\", (\"r\"." + (try SQL.identifier(name)) + ")::text, "
            + "array_remove(array_agg(\"l\".\"code\") filter (where \"l\".\"state\" = any ($3)), null), " + days
        return cells + " from " + (try SQL.identifier(record.table)) + " \"r\"" + joined
            + " where \"r\".\"msp_id\" = $1 and \"r\".\"archived_at\" is null" + isAsked
            + (bound ? record.ownRows("\"r\".").map { " and " + $0 } ?? SQL.empty : SQL.empty)
            + " group by \"r\".\"id\", \"r\"." + (try SQL.identifier(name)) + " order by " + soonest + "\"r\".\"id\" desc limit 20"
    }

    private static func items(
        _ rows: ResultSet, _ record: RecordType, _ lines: Lines, _ checklist: Checklist, _ path: String, _ msp: MspHandle, _ now: Instant
    ) throws -> [TodayItem] {
        let today = LocalTime(now, zone: msp.timeZone).date
        let codes = checklist.items.codes
        return try rows.compactMap { row in
            let had = Set(try row[2] as [String]? ?? [])
            guard let next = codes.first(where: { !had.contains($0.code) }) else { return nil }
            var days: [String: CivilDate] = [:]
            for told in try row[3] as [String]? ?? [] {
                let parts = told.split(separator: " ")
                if parts.count == 2 { days[String(parts[0])] = CivilDate(String(parts[1])) }
            }
            // What is due first goes before the order of the list.
            let soonest = days.min { ($0.value, $0.key) < ($1.value, $1.key) }
            let (label, day) = soonest.map { (checklist.items.label($0.key), Optional($0.value)) } ?? (next.label, nil)
            let named = try row[1] as String?
            let title =
                named.map { record.field(record.titleField)?.label(of: $0, workflow: record.workflow) ?? $0 }
                ?? record.words.singular.firstCapital
            let count = codes.count { had.contains($0.code) }
            return TodayItem(
                column: day.map { $0 < today ? .late : .next } ?? .missing, title: label,
                detail: "\(title) · \(lines.words.title)\u{A0}: \(count) sur \(codes.count)", day: day ?? today,
                href: msp.path("\(path)/\(try row[0] as Identifier)") + "#\(lines.path)")
        }
    }
}
