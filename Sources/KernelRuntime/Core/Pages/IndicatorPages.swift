internal import HTML
internal import Kernel
internal import KernelUI

/// Every figure of the structure for one year, each with its definition.
enum IndicatorPages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [PageRoute(.get, "indicateurs", permission: CorePermissions.readIndicators) { try await show($0, directory) }]
    }

    private static func show(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let figures = try await IndicatorTable(request, directory) { try Self.year(request.web.query["annee"], present: $0) }
        let (access, year, present) = (figures.access, figures.year, figures.present)
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
                if figures.groups.isEmpty { h.empty("Les modules activés ne publient pas encore d’indicateur visible avec vos droits.") }
                for (module, lines) in figures.groups {
                    h.card(module.label) { table(lines, label: module.label, request, on: h) }
                }
            })
    }

    private static func table(_ lines: [IndicatorTable.Line], label: String, _ request: MspRequest, on h: HTMLWriter) {
        h.table(
            "Indicateurs\u{A0}: \(label)", columns: [TableColumn("Indicateur"), TableColumn("Valeur", .number), TableColumn("Définition")]
        ) { table in
            for line in lines {
                table.row { row in
                    row.title {
                        h.text(line.indicator.label)
                        h.span(.class("soft small"), text: " \(line.indicator.code)")
                    }
                    if let path = line.path {
                        row.cell {
                            h.a(
                                .href(request.path(path)), .aria(.label, "Les lignes de «\u{A0}\(line.indicator.label)\u{A0}»"),
                                text: value(line))
                        }
                    } else {
                        row.cell(value(line))
                    }
                    row.cell(line.indicator.definition)
                }
            }
        }
    }

    /// A count with its unit; with a denominator the quotient, rounded once, and for a share both figures behind it.
    private static func value(_ line: IndicatorTable.Line) -> String {
        let unit = line.indicator.unit
        guard let numerator = line.numerator else { return "n.d." }
        guard let denominator = line.denominator else { return counted(numerator, unit) }
        guard let quotient = line.value else { return "n.d." }
        return unit == "%"
            ? "\(French.percent(quotient)) (\(French.number(numerator)) sur \(French.number(denominator)))"
            : counted(quotient, unit)
    }

    /// « 1 réunion », « 2 réunions »: below two, a unit in words is singular.
    private static func counted(_ number: ExactDecimal, _ unit: String) -> String {
        let isSingular = number < ExactDecimal(2) && unit.count > 2 && unit.hasSuffix("s")
        return "\(French.number(number))\u{A0}\(isSingular ? String(unit.dropLast()) : unit)"
    }

    private static func year(_ text: String?, present: Int) throws -> Int {
        guard let text, !text.isEmpty else { return present }
        guard let year = Int(text), (2_000...(present + 1)).contains(year) else {
            throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}Année\u{A0}» attend une année, par exemple \(present).")
        }
        return year
    }
}
