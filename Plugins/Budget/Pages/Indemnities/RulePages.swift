import HTML
import Kernel
import KernelUI

/// Writing the content of a rule: a new draft, or a draft again.
enum RulePages {
    static func blank(_ request: MspRequest) async throws -> PageResponse { try await page(request, id: nil, form: FormValues()) }

    static func create(_ request: MspRequest) async throws -> PageResponse { try await save(request, id: nil) }

    static func edit(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        return try await page(request, id: id, form: nil)
    }

    static func update(_ request: MspRequest) async throws -> PageResponse { try await save(request, id: try request.web.id("id")) }

    private static func save(_ request: MspRequest, id: Identifier?) async throws -> PageResponse {
        let form = request.web.form
        switch form["acte"] {
        case "adapter"?: return try await page(request, id: id, form: form)
        case "element"?:
            let count = RuleFormReader.partCount(form) + 1
            return try await page(request, id: id, form: FormValues(form.pairs.filter { $0.name != "parts" } + [("parts", String(count))]))
        default: break
        }
        var reader = RuleFormReader(form)
        let document = reader.document()
        let understood = reader
        guard understood.faults.isEmpty else { return try await page(request, id: id, form: form, faults: understood.faults, status: 422) }
        let expected = form["revision"].flatMap { Int($0) }.map { Set([$0]) }
        do {
            let saved = try await request.write { unit in
                if let id {
                    try await RuleActs.update(id, document, expected: expected, unit)
                    return id
                }
                return try await RuleActs.create(document, unit)
            }
            return .redirect(request.path(IndemnityPlaces.rule(saved)), Message(.done, "Le brouillon de la règle est enregistré."))
        } catch let refusal as Refusal {
            guard [409, 412, 422].contains(refusal.status) else { throw refusal }
            let faults = refusal.faults.isEmpty ? [FieldFault("", refusal.message)] : refusal.faults
            return try await page(
                request, id: id, form: form, faults: faults.map { FieldFault(understood.name(of: $0.field), $0.message) },
                status: refusal.status)
        }
    }

    /// - Parameter form: nil shows the stored draft.
    private static func page(
        _ request: MspRequest, id: Identifier?, form: FormValues?, faults: [FieldFault] = [], status: Int = 200
    ) async throws -> PageResponse {
        let reading = try await request.read(
            Query(
                "select " + StoredRule.columns + ", k.revision from budget.indemnity_rule k where k.msp_id = $1 and k.id = $2",
                .id(request.msp.id),
                .id(id)))
        var shown = form ?? FormValues()
        var revision: Int?
        if id != nil {
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            let stored = try StoredRule(row)
            guard stored.status == "DRAFT" else {
                throw Refusal.conflict("not_editable", "Une règle votée ne change plus\u{00A0}: créez-en une nouvelle version.")
            }
            if form == nil { shown = FormValues(stored.rule) }
            let present: Int = try row["revision"]
            revision = form.flatMap { $0["revision"] }.flatMap { Int($0) } ?? present
        }
        let access = reading.access
        let list = request.path(IndemnityPlaces.rules)
        let action = request.path(id.map { "\(IndemnityPlaces.rule($0))/contenu" } ?? IndemnityPlaces.newRule)
        let (values, version) = (shown, revision)
        let cancel = id.map { request.path(IndemnityPlaces.rule($0)) } ?? list
        return .page(
            Page(
                access: access, title: id == nil ? "Préparer une règle" : "Modifier la règle",
                crumbs: [Crumb("Règles d’indemnisation", href: list)], status: status,
                body: { html in
                    RuleForm(
                        form: values, faults: faults, access: access, action: action, cancel: cancel, revision: version, html: html
                    ).draw()
                }))
    }
}
