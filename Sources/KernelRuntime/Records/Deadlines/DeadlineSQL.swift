import Kernel

/// The statements of one deadline, from its declaration. The row is `d`, what was said of it `k`; `$1` is the MSP.
struct DeadlineSQL: Sendable {
    /// What runs and is not done: `from` and `where`, with the day until which it may wait.
    struct Running: Sendable {
        let until: SQL
        let from: SQL
        let conditions: SQL
    }

    let deadline: RecordDeadline
    /// Column of the person who is to do it, and where the person's name stands.
    let owner: (column: SQL, table: SQL, title: SQL)?
    /// What names the object: texts, or the code of a list.
    let title: SQL
    /// The record's row rule as a further condition; empty without one.
    let own: SQL
    /// Accounts of those whose row it is, or null where everybody who may read the record sees it.
    let readers: SQL
    private let record: String
    private let table: SQL
    private let start: SQL
    private let isInstant: Bool
    private let length: SQL?
    /// What the length is at most, where the day comes before its field, and at least, where it comes after.
    private let bound: Int?
    private let state: SQL?
    private let codes: [(column: SQL, codes: [String])]

    init(_ deadline: RecordDeadline, _ record: RecordType) throws(PostgresError) {
        func column(_ name: String) throws(PostgresError) -> SQL {
            guard let field = record.field(name) else { throw PostgresError(kind: .configuration) }
            return "\"d\"." + (try SQL.identifier(field.column))
        }
        self.deadline = deadline
        self.record = record.id
        own = record.ownRows("\"d\".").map { " and " + $0 } ?? SQL.empty
        readers = record.ownersOfRow("\"d\".") ?? "null::uuid[]"
        table = try SQL.identifier(record.table)
        start = try column(deadline.day.field)
        isInstant = if case .instant = record.field(deadline.day.field)?.kind { true } else { false }
        var length: SQL?
        if let field = deadline.day.length?.field { length = try column(field) }
        self.length = length
        bound = Self.bound(deadline.day, record)
        state = if deadline.states != nil, let workflow = record.workflow { try column(workflow.field) } else { nil }
        var codes: [(column: SQL, codes: [String])] = []
        for (field, allowed) in deadline.codes.sorted(by: { $0.key < $1.key }) { codes.append((try column(field), allowed.sorted())) }
        self.codes = codes
        if let name = deadline.owner, let target = record.field(name)?.target {
            owner = (try column(name), try SQL.identifier(target.table), target.title)
        } else {
            owner = nil
        }
        var names: [SQL] = []
        for name in record.namedBy { names.append(try column(name)) }
        title = names.count == 1 ? names[0] : "concat_ws(' ', " + names.joined(separator: ", ") + ")"
    }

    private static func bound(_ day: RecordDeadline.Day, _ record: RecordType) -> Int? {
        switch day.length {
        case .months(let number), .days(let number): return number
        case .monthsIn(let name), .daysIn(let name):
            guard case .integer(let range) = record.field(name)?.kind else { return nil }
            return day.isBefore ? range.upperBound : range.lowerBound
        case nil: return 0
        }
    }

    /// Rows whose deadline runs until a day at the latest. The field itself is bounded too, with a week to spare, so that an index on it
    /// narrows what is read.
    func running(from earliest: SQL? = nil, until latest: SQL, _ parameters: inout [Parameter]) -> Running {
        func place(_ parameter: Parameter) -> SQL {
            parameters.append(parameter)
            return SQL.parameter(parameters.count)
        }
        let civil: SQL = isInstant ? "(" + start + " at time zone (select kernel.current_zone()))::date" : start
        let day = deadline.day
        var due = civil
        var conditions: SQL = " where \"d\".\"msp_id\" = $1 and \"d\".\"archived_at\" is null"
        if let length = day.length {
            let unit: SQL = length.isMonths ? "months" : "days"
            func step(_ count: SQL) -> SQL { "make_interval(" + unit + " => " + count + "::integer)" }
            let count: SQL =
                switch length {
                case .months(let number), .days(let number): place(.int(number))
                case .monthsIn, .daysIn: self.length ?? "0"
                }
            due = "(" + civil + (day.isBefore ? " - " : " + ") + step(count) + ")::date"
            if let bound {
                let far: SQL = latest + "::date" + (day.isBefore ? " + " : " - ") + step(place(.int(bound)))
                conditions += " and " + start + " < (" + far + " + interval '7 days')::" + (isInstant ? "timestamptz" : "date")
            }
        } else {
            conditions += " and " + start + " < (" + latest + "::date + 7)" + (isInstant ? "::timestamptz" : SQL.empty)
        }
        if let state, let states = deadline.states {
            conditions += " and " + state + " = any(" + place(.texts(states.sorted())) + "::text[])"
        }
        for code in codes { conditions += " and " + code.column + " = any(" + place(.texts(code.codes)) + "::text[])" }
        let until: SQL = "coalesce(\"k\".\"put_off_to\", " + due + ")"
        conditions += " and \"k\".\"done_on\" is null and " + until + " <= " + latest + "::date"
        if let earliest { conditions += " and " + until + " >= " + earliest + "::date" }
        // `offset 0` keeps what was said one scan: see TitledRow.
        let marks: SQL =
            "(select \"object_id\", \"due_on\", \"put_off_to\", \"done_on\" from kernel.deadline_mark where \"msp_id\" = $1 and \"record\" = "
            + place(.text(record)) + " and \"deadline\" = " + place(.text(deadline.name)) + " offset 0)"
        let from: SQL =
            " from " + table + " \"d\" left join " + marks + " \"k\" on \"k\".\"object_id\" = \"d\".\"id\" and \"k\".\"due_on\" = " + due
        return Running(until: until, from: from, conditions: conditions)
    }

    /// Names of owners, read once for the statement.
    var ownerJoin: SQL {
        guard let owner else { return SQL.empty }
        return " left join (select \"id\", (" + owner.title + ")::text as \"title\" from " + owner.table
            + " where \"msp_id\" = $1 offset 0) \"o\" on \"o\".\"id\" = " + owner.column
    }

    /// What was said of the deadlines of the rows of a page, `p`, in one cell.
    /// - Parameter record: place of the record's id among the parameters.
    static func beside(record: Int) -> (part: SQL, join: SQL, cell: SQL) {
        let part: SQL =
            """
            "said" as materialized (select "object_id", jsonb_agg(jsonb_build_array("deadline", "due_on", "put_off_to", "done_on"))::text as "marks"
            from kernel.deadline_mark where "msp_id" = $1 and "record" =
            """
        let rest: SQL = " and \"object_id\" = any(array(select \"id\" from \"p\")) group by \"object_id\")"
        return (
            part + " " + SQL.parameter(record) + rest, " left join \"said\" on \"said\".\"object_id\" = \"p\".\"id\"",
            "\"said\".\"marks\""
        )
    }

    /// The cell of `beside`.
    static func marks(said text: String?) -> [DeadlineMark] {
        guard let text, let marks = (try? JSONValue.parse(text))?.arrayValue else { return [] }
        return marks.compactMap { mark in
            guard let cells = mark.arrayValue, cells.count == 4, let deadline = cells[0].stringValue,
                let due = cells[1].stringValue.flatMap({ CivilDate($0) })
            else { return nil }
            func date(_ index: Int) -> CivilDate? { cells[index].stringValue.flatMap { CivilDate($0) } }
            return DeadlineMark(deadline: deadline, due: due, putOffTo: date(2), doneOn: date(3))
        }
    }

    /// What was said of the deadlines of one object.
    static func read(msp: Identifier, _ record: RecordType, of id: Identifier) -> Read<[DeadlineMark]> {
        .each(
            Query(
                """
                select deadline, due_on, put_off_to, done_on, reason from kernel.deadline_mark
                where msp_id = $1 and record = $2 and object_id = $3 order by deadline, due_on
                """, .id(msp), .text(record.id), .id(id))
        ) { row in
            let (deadline, due, putOffTo, doneOn, reason): (String, CivilDate, CivilDate?, CivilDate?, String?) = try row.cells()
            return DeadlineMark(deadline: deadline, due: due, putOffTo: putOffTo, doneOn: doneOn, reason: reason)
        }
    }
}

/// How far ahead the filter « échéance » of a list looks; the screen and the API take the same codes.
enum DeadlineSpan: String, Sendable, CaseIterable {
    case late
    case week = "next_7"
    case month = "next_30"
    case quarter = "next_90"

    /// Name of the parameter.
    static let parameter = "deadline"

    private var days: Int {
        switch self {
        case .late: -1
        case .week: 7
        case .month: 30
        case .quarter: 90
        }
    }

    var label: String {
        switch self {
        case .late: "en retard"
        case .week: "dans les 7 jours"
        case .month: "dans les 30 jours"
        case .quarter: "dans les 90 jours"
        }
    }

    /// Rows of a list, `t`, one of whose deadlines runs so.
    func condition(_ deadlines: [DeadlineSQL], now: Instant, _ parameters: inout [Parameter]) -> SQL {
        parameters.append(.instant(now))
        let today: SQL = "(" + SQL.parameter(parameters.count) + "::timestamptz at time zone (select kernel.current_zone()))::date"
        parameters.append(.int(days))
        let latest: SQL = "(" + today + " + " + SQL.parameter(parameters.count) + "::integer)"
        let parts = deadlines.map { deadline -> SQL in
            let running = deadline.running(from: self == .late ? nil : today, until: latest, &parameters)
            return "select \"d\".\"id\"" + running.from + running.conditions
        }
        return "\"t\".\"id\" = any(array(" + parts.joined(separator: " union all ") + "))"
    }
}
