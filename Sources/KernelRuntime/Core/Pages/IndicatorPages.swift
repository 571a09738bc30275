internal import HTML
internal import Kernel
internal import KernelUI

/// Every figure of the structure for one year, each with its definition.
enum IndicatorPages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [PageRoute(.get, "indicateurs", permission: CorePermissions.readIndicators) { try await show($0, directory) }]
    }

    private struct Line {
        let indicator: Indicator
        let numerator: ExactDecimal?
        let denominator: ExactDecimal?
    }

    private static func show(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let access = try await request.read().access
        let present = access.local(request.web.now).date.year
        let year = try year(request.web.query["annee"], present: present)
        let zone = access.msp.timeZone
        guard let first = CivilDate(year: year, month: 1, day: 1), let next = CivilDate(year: year + 1, month: 1, day: 1) else {
            throw Refusal.notFound
        }
        let (from, to) = (LocalTime.startOfDay(first, zone: zone), LocalTime.startOfDay(next, zone: zone))
        let groups = directory.visible(to: access).map { entry in (entry, entry.indicators.filter { access.can($0.permission) }) }.filter {
            !$0.1.isEmpty
        }
        let all = groups.flatMap(\.1)
        let results = try await request.read(all: all.map { $0.query(request.msp.id, from, to) }).results
        var lines: [String: Line] = [:]
        for (indicator, rows) in zip(all, results) {
            lines[indicator.code] = Line(
                indicator: indicator, numerator: try rows.first?.decode(0, as: ExactDecimal?.self) ?? nil,
                denominator: try rows.first?.decode(1, as: ExactDecimal?.self) ?? nil)
        }
        let computed = lines
        return .page(
            Page(
                access: access, title: "Indicateurs \(year)",
                head: { h in h.fact(nil, year == present ? "Au \(French.date(access.local(request.web.now).date))" : "Année complète") }
            ) { h in
                h.filters(action: request.path("structure/indicateurs"), search: nil) {
                    h.selectField(
                        Field("Année", name: "annee"), options: ((present - 4)...present).reversed().map { FieldOption("\($0)", "\($0)") },
                        value: "\(year)")
                }
                if groups.isEmpty { h.empty("Les modules activés ne publient pas encore d’indicateur visible avec vos droits.") }
                for (entry, indicators) in groups {
                    h.card(entry.manifest.label) { table(indicators.compactMap { computed[$0.code] }, label: entry.manifest.label, on: h) }
                }
            })
    }

    private static func table(_ lines: [Line], label: String, on h: HTMLWriter) {
        h.table(
            "Indicateurs\u{A0}: \(label)", columns: [TableColumn("Indicateur"), TableColumn("Valeur", .number), TableColumn("Définition")]
        ) { table in
            for line in lines {
                table.row { row in
                    row.title {
                        h.text(line.indicator.label)
                        h.span(.class("soft small"), text: " \(line.indicator.code)")
                    }
                    row.cell(value(line))
                    row.cell(line.indicator.definition)
                }
            }
        }
    }

    /// A count with its unit; with a denominator the quotient, rounded once, and for a share both figures behind it.
    private static func value(_ line: Line) -> String {
        let unit = line.indicator.unit
        guard let numerator = line.numerator else { return "n.d." }
        guard let denominator = line.denominator else { return "\(French.number(numerator))\u{A0}\(unit)" }
        let isShare = unit == "%"
        guard let quotient = (isShare ? numerator * ExactDecimal(100) : numerator).divided(by: denominator, scale: 1) else { return "n.d." }
        return isShare
            ? "\(French.percent(quotient)) (\(French.number(numerator)) sur \(French.number(denominator)))"
            : "\(French.number(quotient))\u{A0}\(unit)"
    }

    private static func year(_ text: String?, present: Int) throws -> Int {
        guard let text, !text.isEmpty else { return present }
        guard let year = Int(text), (2_000...(present + 1)).contains(year) else {
            throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}Année\u{A0}» attend une année, par exemple \(present).")
        }
        return year
    }
}
