import HTML
import Kernel
import KernelUI

/// « Et si ? »: two rules on the real times of a period, person by person, before anybody votes. Nothing is stored.
enum SimulationPage {
    /// What is compared.
    struct Question: Sendable {
        var current: Identifier?
        var proposed: Identifier?
        var from: CivilDate
        var to: CivilDate
        var surplusCents: Int
    }

    static func show(_ request: MspRequest) async throws -> PageResponse {
        var reader = FormReader(request.web.query)
        let today = try await request.today()
        let half = Self.lastHalfYear(today)
        let (from, to) = (reader.day("from") ?? half.from, reader.day("to") ?? half.to)
        if to < from { reader.fault("to", "Le dernier jour précède le premier.") }
        if to.daysSinceEpoch - from.daysSinceEpoch > 800 { reader.fault("to", "Comparez au plus deux ans.") }
        let surplus = reader.cents("surplus", in: 0...IndemnityLimits.surplus) ?? 0
        let known = reader.faults
        let end = known.isEmpty ? to : from
        let reading = try await request.read(
            all: RunFacts.queries(request.msp.id, .days(from, end, isWhole: true)) + [StoredRule.all(request.msp.id)])
        let facts = try RunFacts(reading.results[..<RunFacts.queryCount])
        let rules = try reading.results[RunFacts.queryCount].map(StoredRule.init)
        let question = Question(
            current: chosen(request.web.query["current"], rules) { $0.status == "VOTED" && $0.rule.isInForce(on: to) },
            proposed: chosen(request.web.query["proposed"], rules) { $0.status == "DRAFT" }, from: from, to: to, surplusCents: surplus)
        let comparison = known.isEmpty ? compare(question, rules, facts) : nil
        let access = reading.access
        return .page(
            Page(
                access: access, title: "Simuler une règle",
                crumbs: [Crumb("Règles d’indemnisation", href: request.path(IndemnityPlaces.rules))],
                status: known.isEmpty ? 200 : 400,
                body: { html in
                    html.errorSummary(known)
                    form(question, rules, known, action: request.path(IndemnityPlaces.simulation), html)
                    if rules.isEmpty {
                        html.empty("Préparez d’abord une règle\u{00A0}: elle pourra être comparée ici, sur les temps réels d’une période.")
                    } else if let comparison {
                        draw(comparison, facts, html)
                    }
                }))
    }

    /// Both rules on the same facts; nil when one of them is not chosen.
    static func compare(_ question: Question, _ rules: [StoredRule], _ facts: RunFacts) -> IndemnityComparison? {
        guard let current = rules.first(where: { $0.id == question.current })?.rule,
            let proposed = rules.first(where: { $0.id == question.proposed })?.rule
        else { return nil }
        var given = facts.facts
        given.surplusCents = min(max(0, question.surplusCents), IndemnityLimits.surplus)
        return IndemnityComparison.simulate(current: current, proposed: proposed, facts: given)
    }

    /// The half-year that ended last.
    static func lastHalfYear(_ today: CivilDate) -> (from: CivilDate, to: CivilDate) {
        let year = today.month > 6 ? today.year : today.year - 1
        let months = today.month > 6 ? (1, 6, 30) : (7, 12, 31)
        return (
            CivilDate(year: year, month: months.0, day: 1) ?? today, CivilDate(year: year, month: months.1, day: months.2) ?? today
        )
    }

    private static func chosen(_ text: String?, _ rules: [StoredRule], usual: (StoredRule) -> Bool) -> Identifier? {
        if let id = text.flatMap({ Identifier($0) }) { return rules.first { $0.id == id }?.id }
        return Self.usual(rules, usual)
    }

    /// The rule that is meant when none was named.
    static func usual(_ rules: [StoredRule], _ condition: (StoredRule) -> Bool) -> Identifier? {
        rules.first(where: condition)?.id ?? rules.first?.id
    }

    private static func form(_ question: Question, _ rules: [StoredRule], _ faults: [FieldFault], action: String, _ html: HTMLWriter) {
        let options = rules.map { stored in
            FieldOption(
                stored.id.description,
                "\(stored.rule.name), version \(stored.rule.version) (\(IndemnityCodes.ruleStatus.label(stored.status).lowercased()))")
        }
        func field(_ label: String, _ name: String, help: String? = nil) -> Field {
            Field(label, name: name, help: help, error: faults.first { $0.field == name }?.message)
        }
        html.form(.class("form", "form--wide", "card", "no-print"), .method(.get), .action(action)) {
            html.div(.class("field--row", "field")) {
                html.selectField(field("Règle de comparaison", "current"), options: options, value: question.current?.description ?? "")
                html.selectField(field("Règle proposée", "proposed"), options: options, value: question.proposed?.description ?? "")
            }
            html.div(.class("field--row", "field")) {
                html.dateField(field("Du", "from"), value: question.from.description)
                html.dateField(field("Au", "to"), value: question.to.description)
                html.moneyField(
                    field("Excédent à partager", "surplus"),
                    value: question.surplusCents == 0
                        ? "" : French.number(ExactDecimal(coefficient: Int128(question.surplusCents), scale: 2) ?? .zero, decimals: 2))
            }
            html.div(.class("form__actions")) { html.button("Comparer", kind: .main) }
        }
    }

    private static func draw(_ comparison: IndemnityComparison, _ facts: RunFacts, _ html: HTMLWriter) {
        html.message(comparison.summary, tone: .note)
        let rows = facts.sorted(comparison.rows, by: \.person)
        html.table(
            "Ce que la règle proposée changerait",
            columns: [
                TableColumn("Personne"), TableColumn("Comparaison", .number), TableColumn("Proposée", .number),
                TableColumn("Écart", .number),
            ], showsCaption: true,
            totals: [
                "Total des \(French.plural(rows.count, "personne", "personnes"))", French.money(cents: comparison.current.totalCents),
                French.money(cents: comparison.proposed.totalCents), signed(comparison.differenceCents),
            ]
        ) { table in
            for row in rows {
                table.row { cells in
                    cells.title {
                        html.person(
                            name: facts.name(row.person), role: facts.profession(row.person))
                    }
                    cells.cell { html.amount(cents: row.currentCents) }
                    cells.cell { html.amount(cents: row.proposedCents) }
                    cells.cell {
                        if row.differenceCents > 0 {
                            html.span(.class("nowrap"), text: signed(row.differenceCents))
                        } else {
                            html.amount(cents: row.differenceCents)
                        }
                    }
                }
            }
        }
        html.p(
            .class("soft", "small"),
            text: "Les deux règles sont appliquées à toute la période, quelles que soient leurs dates. Rien n’est enregistré.")
    }

    private static func signed(_ cents: Int) -> String { (cents > 0 ? "+" : "") + French.money(cents: cents) }
}
