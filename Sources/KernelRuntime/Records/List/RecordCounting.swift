@_spi(Runtime) import Kernel

/// The figures that a record declares, computed by the statements of its list.
struct RecordCounting: Sendable {
    let plan: RecordPlan
    let count: RecordCount

    var indicator: Indicator {
        Indicator(
            count.code, label: count.label, unit: count.unit, definition: count.definition, disclosure: count.disclosure,
            permission: plan.record.permissions.read,
            rows: { first, last in "\(plan.listPath)?\(QueryText.encoded(Self.pairs(count.rows, on: count.day, first, last)))" },
            figures: { msp, period in
                try Read.ofRows(plan) { bound in
                    Read.group(
                        try number(count.rows, msp, period, bound).map { $0 as ExactDecimal? },
                        .list(try count.among.map { [try number($0, msp, period, bound)] } ?? [])
                    ).map { Indicator.Figures(numerator: $0, denominator: $1.first) }
                }
            })
    }

    /// Why a declaration cannot be counted, for the boot checks.
    static func fault(_ count: RecordCount, _ record: RecordType) -> String? {
        guard let field = record.field(count.day), FilterShape(field.kind) == .period else {
            return "the count \(count.code) names no day of it."
        }
        let day = CivilDate(daysSinceEpoch: 0)
        let isRight = [count.rows, count.among ?? [:]].allSatisfy { rows in
            (try? filters(record, pairs(rows, on: count.day, day, day))) != nil
        }
        return isRight ? nil : "the count \(count.code) asks what no filter of its list does."
    }

    private func number(_ rows: RecordCount.Rows, _ msp: Identifier, _ period: Indicator.Period, _ bound: Bool) throws -> Read<ExactDecimal>
    {
        let list = RecordListQuery(
            search: "", words: nil, filters: try Self.filters(plan.record, Self.pairs(rows, on: count.day, period.first, period.last)),
            order: plan.record.order, archived: false,
            deadline: nil)
        return Read(try RecordListSQL(list, plan, msp: msp, now: period.now, bound: bound).exactCount) {
            ExactDecimal(try $0.scalar(as: Int.self))
        }
    }

    /// The filters of an address: what is counted is what the link shows.
    private static func filters(_ record: RecordType, _ pairs: [(name: String, value: String)]) throws -> [ActiveFilter] {
        var faults: [FieldFault] = []
        let filters = RecordFilters(record).read(FormValues(pairs), others: [], faults: &faults)
        guard faults.isEmpty else { throw RecordListQuery.refusal(faults) }
        return filters
    }

    private static func pairs(
        _ rows: RecordCount.Rows, on day: String, _ first: CivilDate, _ last: CivilDate
    ) -> [(name: String, value: String)] {
        rows.sorted { $0.key < $1.key }.flatMap { name, values in values.map { (name: name, value: $0) } }
            + [(name: "\(day)_from", value: first.description), (name: "\(day)_to", value: last.description)]
    }
}
