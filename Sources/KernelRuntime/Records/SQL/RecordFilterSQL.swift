import Kernel

extension RecordListSQL {
    /// Time zone of the MSP of the transaction, read once per statement.
    private static let zone: SQL = "(select kernel.current_zone())"

    /// One filter as a condition; values become parameters.
    static func condition(_ test: FilterTest, _ column: SQL, _ kind: FieldKind, now: Instant, _ parameters: inout [Parameter]) -> SQL {
        func place(_ parameter: Parameter) -> SQL {
            parameters.append(parameter)
            return SQL.parameter(parameters.count)
        }
        switch test {
        case .contains(let texts):
            return "kernel.fold(" + column + ") like any (array(select kernel.fold(\"w\") from unnest(" + place(.texts(texts.map(pattern)))
                + "::text[]) \"w\"))"
        case .equals(let values):
            return column + " = any(" + place(.texts(values.map(\.plainText))) + "::text[]::numeric[])"
        case .atLeast(let value): return column + " >= " + place(value.parameter) + "::numeric"
        case .atMost(let value): return column + " <= " + place(value.parameter) + "::numeric"
        case .flags(let flags): return column + " = any(" + place(.texts(flags.map { $0 ? "t" : "f" })) + "::text[]::boolean[])"
        case .anyCode(let codes):
            if case .choices = kind { return column + " && " + place(.texts(codes)) + "::text[]" }
            return column + " = any(" + place(.texts(codes)) + "::text[])"
        case .anyID(let ids):
            if case .references = kind { return column + " && " + place(.ids(ids)) + "::uuid[]" }
            return column + " = any(" + place(.ids(ids)) + "::uuid[])"
        case .from(let day): return bound(column, ">=", place(.date(day)) + "::date::timestamp", kind)
        case .to(let day):
            // Both days are included: the bound is the next midnight of the MSP.
            return bound(column, "<", "(" + place(.date(day)) + "::date + 1)::timestamp", kind)
        case .period(let period):
            let local: SQL = "(" + place(.instant(now)) + "::timestamptz at time zone " + zone + ")"
            let (start, end) = range(period, local)
            return "(" + bound(column, ">=", start, kind) + " and " + bound(column, "<", end, kind) + ")"
        }
    }

    /// A comparison with a civil time of the MSP.
    private static func bound(_ column: SQL, _ sign: SQL, _ civil: SQL, _ kind: FieldKind) -> SQL {
        if case .instant = kind { return column + " " + sign + " (" + civil + " at time zone " + zone + ")" }
        return column + " " + sign + " (" + civil + ")::date"
    }

    /// First moment of a period and of what follows it, in civil time. Weeks begin on Monday.
    private static func range(_ period: Period, _ local: SQL) -> (SQL, SQL) {
        func span(_ start: SQL, _ length: SQL) -> (SQL, SQL) { (start, "(" + start + " + interval " + length + ")") }
        switch period {
        case .today: return span("date_trunc('day', " + local + ")", "'1 day'")
        case .thisWeek: return span("date_trunc('week', " + local + ")", "'7 days'")
        case .thisMonth: return span("date_trunc('month', " + local + ")", "'1 month'")
        case .thisQuarter: return span("date_trunc('quarter', " + local + ")", "'3 months'")
        case .thisYear: return span("date_trunc('year', " + local + ")", "'1 year'")
        case .lastYear: return span("(date_trunc('year', " + local + ") - interval '1 year')", "'1 year'")
        }
    }

    /// A text anywhere inside: its own wildcards lose their meaning.
    private static func pattern(_ text: String) -> String {
        var escaped = "%"
        for character in text {
            if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped + "%"
    }
}

extension FieldValue {
    /// Digits of a number, for lists of numbers in one parameter.
    var plainText: String {
        switch self {
        case .integer(let number): String(number)
        case .decimal(let number): number.description
        case .text(let text): text
        default: ""
        }
    }
}
