import HTML
import Kernel
import KernelUI

/// Scenarios side by side: the exercise at the present pace, and what would change it.
struct ScenarioPage: Sendable {
    let years: AciYears

    /// Facts that a person may change in a scenario of one's own.
    private static let free: [Fact] = [.patients, .professionals, .protocols, .meetings, .files, .publicHealthMissions, .trainees]

    func show(_ request: MspRequest) async throws -> PageResponse {
        let view = try await years.view(request, .id(try request.web.id("id")))
        let base = view.outlook.atPace.input
        var scenarios = Scenario.usual(from: base, rules: view.outlook.rules, doctors: view.record.facts.team.doctors(on: view.outlook.day))
        let (own, faults) = Self.own(request.web.query, from: base)
        if let own { scenarios.append(own) }
        let results = try years.refusing { () throws(DocumentRefusal) in
            var results: [Simulation] = []
            for scenario in scenarios { results.append(try Simulation(scenario.input, view.outlook.rules)) }
            return results
        }
        let href = request.path(BudgetPlaces.cockpit(view.record.id))
        return .page(
            Page(
                access: view.access, title: "Scénarios \(view.record.exercise)",
                crumbs: [Crumb("ACI \(view.record.exercise)", href: href)], status: faults.isEmpty ? 200 : 422
            ) { h in
                h.p(
                    .class("soft"),
                    text: "Chaque colonne part de l’exercice au 31 décembre, au rythme actuel. Rien n’est enregistré.")
                table(view.outlook.atPace, scenarios, results, h)
                h.card("Votre scénario") { form(request, base, faults, action: "\(href)/scenarios", h) }
            })
    }

    private func table(_ now: Simulation, _ scenarios: [Scenario], _ results: [Simulation], _ h: HTMLWriter) {
        h.ul(.class("list"), .role("list")) {
            for scenario in scenarios {
                h.li {
                    h.strong(text: scenario.name); h.text("\u{A0}: \(scenario.sentence)")
                }
            }
        }
        h.table(
            "Points et montants par scénario",
            columns: [TableColumn("Indicateur"), TableColumn("Au rythme actuel", .number)]
                + scenarios.map { TableColumn($0.name, .number) },
            isDense: true,
            totals: ["Montant"] + ([now] + results).map { French.money(cents: $0.amountCents) }
        ) { table in
            for line in now.lines {
                let others = results.map { $0.line(line.indicator.id)?.points ?? .zero }
                guard line.points != .zero || others.contains(where: { $0 != .zero }) else { continue }
                table.row { row in
                    row.title(line.indicator.name)
                    row.cell(French.number(line.points.shown))
                    for points in others {
                        row.cell {
                            h.text(French.number(points.shown))
                            if points != line.points {
                                let difference = points - line.points
                                h.p(.class("small"), text: "\(difference > .zero ? "+\u{A0}" : "")\(French.number(difference.shown))")
                            }
                        }
                    }
                }
            }
        }
    }

    private func form(_ request: MspRequest, _ base: SimulationInput, _ faults: [FieldFault], action: String, _ h: HTMLWriter) {
        h.form(.action(action), .method(.get), .class("form")) {
            for fact in Self.free {
                let name = Self.name(fact)
                h.numberField(
                    Field(
                        fact.label.firstCapital, name: name,
                        error: faults.first { $0.field == name }?.message),
                    value: request.web.query[name] ?? "\(base[fact])", isWhole: true)
            }
            h.checkField(
                Field("Une IPA dans l’équipe", name: "ipa"),
                isOn: request.web.query.names.isEmpty ? base[.advancedPracticeNurse] > 0 : request.web.query["ipa"] != nil)
            h.formActions(submit: "Comparer")
        }
    }

    private static func name(_ fact: Fact) -> String { fact.path.replacing(".", with: "-") }

    /// The scenario of the form; nil when nothing was asked.
    private static func own(_ query: FormValues, from base: SimulationInput) -> (Scenario?, [FieldFault]) {
        guard free.contains(where: { query[name($0)] != nil }) else { return (nil, []) }
        var input = base
        var faults: [FieldFault] = []
        for fact in free {
            guard let text = query[name(fact)], !text.isEmpty else { continue }
            guard let value = try? FrenchInput.integer(text), (0...1_000_000).contains(value) else {
                faults.append(FieldFault(name(fact), "Indiquez un nombre entier, positif ou nul."))
                continue
            }
            input[fact] = value
        }
        input[.advancedPracticeNurse] = query["ipa"] == nil ? 0 : 1
        guard faults.isEmpty else { return (nil, faults) }
        return (Scenario(id: "libre", name: "Votre scénario", sentence: "Les chiffres du formulaire ci-dessous.", input: input), [])
    }
}
