import HTML
import Kernel
import KernelUI

/// The national rules: every figure with its source and how sure it is; a copy is the start of rules for a new exercise.
struct RuleBookPage: Sendable {
    let book: RuleBook

    func list(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read()
        return .page(
            Page(
                access: reading.access, title: "Règles de l’ACI",
                actions: { h in h.linkButton("Règles de la structure", href: request.path("budget/regles-aci")) }
            ) { h in
                h.table(
                    "Jeux de règles", columns: [TableColumn("Nom"), TableColumn("Exercices"), TableColumn("Statut"), TableColumn("Texte")]
                ) { table in
                    for set in book.ruleSets.reversed() {
                        table.row { row in
                            row.title(set.name, href: request.path("budget/regles-nationales/\(set.id)"))
                            row.cell(Self.period(set))
                            row.cell { h.chip(set.statusWords, tone: set.status == .official ? .done : .warn) }
                            row.cell(set.law)
                        }
                    }
                }
            })
    }

    static func period(_ set: RuleSet) -> String {
        guard let to = set.to else { return "\(set.from) et suivants" }
        return to == set.from ? "\(to)" : "\(set.from) à \(to)"
    }

    /// One rule set, national or of the MSP's own, by its code.
    func show(_ request: MspRequest) async throws -> PageResponse {
        let (access, rules) = try await find(request)
        return .page(
            Page(
                access: access, title: rules.name,
                crumbs: [Crumb("Règles de l’ACI", href: request.path("budget/regles-nationales"))],
                head: { h in
                    h.chip(rules.statusWords, tone: rules.status == .official ? .done : .warn)
                    h.fact("Exercices", Self.period(rules))
                },
                side: { h in
                    h.card("Sources") {
                        h.ul(.class("list"), .role("list")) {
                            for source in rules.sources where source.isOfficial { h.li(text: source.title) }
                        }
                        h.disclosure("Autres sources, non officielles") {
                            h.ul(.class("list"), .role("list")) {
                                for source in rules.sources where !source.isOfficial { h.li(text: source.title) }
                            }
                        }
                    }
                    if access.can(AciPermissions.writeRules) { copyForm(request, access, rules, h) }
                }
            ) { h in
                h.p(text: rules.law)
                for group in RuleFigures.groups(rules) {
                    h.card(group.title) { reading(rules, group, h) }
                }
            })
    }

    /// What the rules say in sentences; the figures with their sources are one click away.
    private func reading(_ rules: RuleSet, _ group: RuleFigures.Group, _ h: HTMLWriter) {
        if let indicator = group.indicator {
            h.p(.class("soft small"), text: indicator.kind.label)
            h.ul(.class("list"), .role("list")) { for line in rules.words(indicator) { h.li(text: line) } }
        } else {
            h.definitionList(
                group.lines.map { line in (rules.name(line), "\(rules.shown(line)) \(rules.unit(line))".trimmed) })
        }
        h.disclosure("Voir les chiffres et leurs sources") { RuleDrawing(rules: rules).table(group.title, group.lines, h) }
    }

    /// Rules by their code: national ones, or the MSP's own.
    func find(_ request: MspRequest) async throws -> (Access, RuleSet) {
        let code = request.web.parameters["code"] ?? ""
        let reading = try await request.read(
            Query(
                "select document::text from budget.rule_set where msp_id = $1 and code = $2 and archived_at is null", .id(request.msp.id),
                .text(code)))
        if let national = book.ruleSets.first(where: { $0.id == code }) { return (reading.access, national) }
        guard let text: String = try reading.results[0].first?[0] else { throw Refusal.notFound }
        do { return (reading.access, try RuleSet(json: try JSONValue.parse(text), isOwn: true)) } catch let refusal as DocumentRefusal {
            throw Refusal.invalid(refusal.faults)
        }
    }

    private func copyForm(_ request: MspRequest, _ access: Access, _ rules: RuleSet, _ h: HTMLWriter) {
        h.card("Copier pour un nouvel exercice") {
            h.postForm(action: request.path("budget/regles-nationales/\(rules.id)/copier"), csrf: access.csrf, changes: false) {
                h.textField(Field("Nom", name: "name", required: true), value: "\(rules.name) (copie)", maxLength: 160)
                h.numberField(Field("Premier exercice", name: "from", required: true), value: "\(rules.from)", isWhole: true)
                h.numberField(
                    Field("Dernier exercice", name: "to", help: "Laissez vide pour les exercices suivants aussi."),
                    value: rules.to.map { "\($0)" } ?? "", isWhole: true)
                h.formActions(submit: "Copier")
            }
        }
    }

    /// Makes the copy; its figures are changed on its own page.
    func copy(_ request: MspRequest) async throws -> PageResponse {
        let (_, rules) = try await find(request)
        let form = request.web.form
        let id = try await request.write { unit in
            try await OwnRules.copy(rules, name: form["name"] ?? "", from: form["from"] ?? "", to: form["to"] ?? "", unit)
        }
        return .redirect(
            request.path("budget/regles-aci/\(id)/chiffres"), Message(.done, "Les règles sont copiées\u{A0}: changez ce qui doit l’être."))
    }
}
