import Kernel

/// Lines of « Aujourd’hui » that the deadlines of records bring: the owner's own within the horizon; those of others when they are
/// late, to whoever is told of them; those without an owner within the horizon, to the same.
enum DeadlineToday {
    static func sources(_ record: RecordType, path: String) -> [TodaySource] {
        record.deadlines.flatMap { deadline -> [TodaySource] in
            // A name that is no identifier is told by the boot checks.
            guard let sql = try? DeadlineSQL(deadline, record) else { return [] }
            let lines = Lines(record: record, path: path, sql: sql)
            guard deadline.owner != nil else { return lines.sources(.all, permission: deadline.tells ?? record.permissions.read) }
            let others = lines.sources(
                .others, permission: deadline.tells ?? record.permissions.update ?? record.permissions.read)
            return deadline.tellsOwner ? lines.sources(.own, permission: record.permissions.read) + others : others
        }
    }

    /// Whose lines.
    enum Whose: String, Sendable { case all, own, others }

    private struct Lines: Sendable {
        let record: RecordType
        let path: String
        let sql: DeadlineSQL
        private var deadline: RecordDeadline { sql.deadline }

        func sources(_ whose: Whose, permission: String) -> [TodaySource] {
            TodaySource.sources(
                "\(record.id).\(deadline.name).\(whose.rawValue)", of: record, permission: permission,
                queries: { bound, msp, now in [query(whose, msp, now, bound: bound)] },
                items: { results, msp, now in try items(results[0], msp, now) })
        }

        private static let me: SQL =
            "(select \"p\".\"id\" from kernel.professional \"p\" where \"p\".\"msp_id\" = $1 and \"p\".\"account_id\" = kernel.current_account())"

        /// The day is the latest on earth: the items keep what counts on the clocks of the MSP.
        private func query(_ whose: Whose, _ msp: Identifier, _ now: Instant, bound: Bool) -> Query {
            let latest = TodaySource.latestDay(now)
            var parameters: [Parameter] = [.id(msp), .date(latest.adding(days: deadline.horizon)), .date(latest)]
            let running = sql.running(until: "$2", &parameters)
            var conditions = running.conditions + (bound ? sql.own : SQL.empty)
            var name: SQL = "null::text"
            var joins = SQL.empty
            if let owner = sql.owner {
                switch whose {
                case .all: break
                case .own: conditions += " and " + owner.column + " = " + Self.me
                case .others:
                    if deadline.tellsOwner { conditions += " and " + owner.column + " is distinct from " + Self.me }
                    conditions += " and (" + owner.column + " is null or " + running.until + " < $3::date)"
                }
                if whose != .own {
                    name = "\"o\".\"title\""
                    joins = sql.ownerJoin
                }
            }
            // The moment stands in the statement whoever is asked for.
            let text =
                "select \"d\".\"id\", " + sql.title + ", " + running.until + " as \"until\", " + name + running.from + joins + conditions
                + " and $3::date is not null order by \"until\", \"d\".\"id\" limit 50"
            return Query(text, parameters: parameters)
        }

        private func items(_ rows: ResultSet, _ msp: MspHandle, _ now: Instant) throws -> [TodayItem] {
            let today = LocalTime(now, zone: msp.timeZone).date
            return try rows.compactMap { row in
                let until: CivilDate = try row[2]
                let owner: String? = try row[3]
                guard until <= today.adding(days: deadline.horizon), owner == nil || until < today else { return nil }
                return TodayItem(
                    column: until < today ? .late : until <= today.adding(days: CoreToday.horizon) ? .next : .missing,
                    title: record.spoken(try row[1]),
                    detail: ([record.told(deadline)] + [owner].compactMap { $0 }).joined(separator: " · "),
                    day: until, href: msp.path("\(path)/\(try row[0] as Identifier)"))
            }
        }
    }
}

extension RecordType {
    /// Name of an object from the cell that `DeadlineSQL.title` gives: a code is told by its label.
    func spoken(_ title: String?) -> String {
        guard let title, !title.isEmpty else { return words.singular.firstCapital }
        guard namedBy.count == 1, let field = field(titleField), case .choice = field.kind else { return title }
        return field.label(of: title, workflow: workflow)
    }

    /// « Contrat ACI, à renouveler ».
    func told(_ deadline: RecordDeadline) -> String { "\(words.singular.firstCapital), \(deadline.says)" }
}
