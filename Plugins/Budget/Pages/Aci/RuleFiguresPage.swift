import HTML
import Kernel
import KernelUI

/// Changing the figures of one's own rules: a table with an input for each; the whole is checked before it is kept.
struct RuleFiguresPage: Sendable {
    func show(_ request: MspRequest) async throws -> PageResponse { try await page(request, faults: [], status: 200) }

    func save(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        guard let revision = form["revision"].flatMap({ Int($0) }) else {
            throw Refusal.malformed("revision_missing", "Ce formulaire est incomplet. Rechargez la page, puis recommencez.")
        }
        do {
            _ = try await request.write { unit in
                try await OwnRules.save(
                    id, expected: [revision], { rules in try Self.changes(form, rules) }, unit)
            }
            return .redirect(request.path("budget/regles-aci/\(id)/chiffres"), Message(.done, "Les règles sont enregistrées."))
        } catch let refusal as Refusal where refusal.status == 422 {
            return try await page(request, faults: refusal.faults, status: 422)
        }
    }

    /// Inputs bear the number of the figure in the document.
    private static func changes(_ form: FormValues, _ rules: RuleSet) throws -> JSONValue {
        var values: [String: String] = [:]
        var faults: [FieldFault] = []
        for (index, line) in rules.parameters.enumerated() {
            guard let text = form["v\(index)"]?.trimmed, text != shown(line) else { continue }
            if line.unit == .choice {
                values[line.path] = text
            } else if let number = try? FrenchInput.number(text) {
                // Money is typed in euros and kept in cents.
                values[line.path] = (line.unit.isMoney ? number * ExactDecimal(100) : number).normalized.description
            } else {
                faults.append(FieldFault("v\(index)", "\(rules.name(line))\u{A0}: indiquez un nombre."))
            }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return RuleFigures.changed(rules.document, values)
    }

    private static func shown(_ line: ParameterLine) -> String {
        guard line.unit.isMoney, let cents = Int(line.value), let euros = ExactDecimal(coefficient: Int128(cents), scale: 2) else {
            return line.value.replacing(".", with: ",")
        }
        return euros.description.replacing(".", with: ",")
    }

    private func page(_ request: MspRequest, faults: [FieldFault], status: Int) async throws -> PageResponse {
        let id = try request.web.id("id")
        let reading = try await request.read(
            Query(
                "select revision, document::text, name from budget.rule_set where msp_id = $1 and id = $2 and archived_at is null",
                .id(request.msp.id), .id(id)))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let text: String = try row[1]
        let revision: Int = try row[0]
        let rules = try OwnRules.check(try JSONValue.parse(text))
        let access = reading.access
        let place = Dictionary(rules.parameters.enumerated().map { ($0.element.path, $0.offset) }, uniquingKeysWith: { first, _ in first })
        return .page(
            Page(
                access: access, title: "Chiffres\u{A0}: \(rules.name)",
                crumbs: [
                    Crumb("Jeux de règles", href: request.path("budget/regles-aci")),
                    Crumb(rules.name, href: request.path("budget/regles-aci/\(id)")),
                ], status: status
            ) { h in
                h.errorSummary(faults.map { FieldFault("", $0.field.isEmpty ? $0.message : "\($0.field)\u{A0}: \($0.message)") })
                h.p(.class("soft"), text: "Un chiffre changé devient «\u{A0}à vérifier\u{A0}». Sa source reste celle de la copie.")
                h.postForm(action: request.path("budget/regles-aci/\(id)/chiffres"), csrf: access.csrf) {
                    h.hiddenInput("revision", "\(revision)")
                    for group in RuleFigures.groups(rules) { self.group(group, rules, place, request.web.form, h) }
                    h.formActions(submit: "Enregistrer", cancelHref: request.path("budget/regles-aci/\(id)"))
                }
            })
    }

    private func group(_ group: RuleFigures.Group, _ rules: RuleSet, _ place: [String: Int], _ form: FormValues, _ h: HTMLWriter) {
        h.disclosure(group.title, isOpen: group.indicator == nil) {
            for line in group.lines {
                guard let index = place[line.path] else { continue }
                let name = "v\(index)"
                h.textField(
                    Field("\(rules.name(line)) (\(line.unit.typed))", name: name), value: form[name] ?? Self.shown(line),
                    width: .short, maxLength: 40)
            }
        }
    }
}
