import HTML
import Kernel
import KernelUI

/// The same exercise under two rule sets, line by line.
struct ComparisonPage: Sendable {
    let years: AciYears

    func show(_ request: MspRequest) async throws -> PageResponse {
        let msp = request.msp.id
        let view = try await years.view(
            request, .id(try request.web.id("id")),
            [
                Query(
                    "select code, document::text from budget.rule_set where msp_id = $1 and archived_at is null order by first_exercise, code",
                    .id(msp))
            ])
        var sets = years.book.ruleSets
        for row in view.more[0] {
            let text: String = try row[1]
            if let own = try? RuleSet(json: try JSONValue.parse(text), isOwn: true) { sets.append(own) }
        }
        let now = view.outlook.rules
        let asked = request.web.query["avec"]
        guard let other = sets.first(where: { $0.id == asked }) ?? sets.last(where: { $0.id != now.id }) ?? sets.first else {
            throw Refusal.notFound
        }
        let input = view.outlook.atPace.input
        let result = try years.refusing { () throws(DocumentRefusal) in try Simulation(input, other) }
        let comparison = view.outlook.atPace.compared(to: result)
        let href = request.path(BudgetPlaces.cockpit(view.record.id))
        return .page(
            Page(
                access: view.access, title: "Comparer les règles", crumbs: [Crumb("ACI \(view.record.exercise)", href: href)]
            ) { h in
                h.filters(action: "\(href)/comparer", search: nil) {
                    h.selectField(
                        Field("Comparer «\u{A0}\(now.name)\u{A0}» avec", name: "avec"),
                        options: sets.filter { $0.id != now.id }.map { FieldOption($0.id, $0.name) }, value: other.id)
                }
                h.p(
                    .class("soft"),
                    text:
                        "L’exercice \(view.record.exercise) au 31 décembre, au rythme actuel, sous deux jeux de règles. «\u{A0}\(other.name)\u{A0}»\u{A0}: \(other.standing(of: view.record.exercise).label)."
                )
                table(comparison, now, other, view.outlook.atPace, result, h)
            })
    }

    private func table(
        _ comparison: SimulationComparison, _ now: RuleSet, _ other: RuleSet, _ before: Simulation, _ after: Simulation, _ h: HTMLWriter
    ) {
        h.table(
            "Points par indicateur sous deux jeux de règles",
            columns: [
                TableColumn("Indicateur"), TableColumn(now.name, .number), TableColumn(other.name, .number), TableColumn("Écart", .number),
            ], isDense: true,
            totals: [
                "Montant", French.money(cents: before.amountCents), French.money(cents: after.amountCents),
                French.money(cents: comparison.amountCents),
            ]
        ) { table in
            for line in comparison.lines {
                table.row { row in
                    row.title((now.indicator(line.id) ?? other.indicator(line.id))?.name ?? line.id.rawValue)
                    row.cell(line.before.map { French.number($0.shown) } ?? "absent")
                    row.cell(line.after.map { French.number($0.shown) } ?? "absent")
                    row.cell { h.amount(cents: line.differenceCents) }
                }
            }
        }
    }
}
