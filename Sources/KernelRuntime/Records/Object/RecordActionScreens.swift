import HTML
import Kernel
import KernelUI

/// Acts on one record on screen: actions of the workflow, archiving, restoring.
struct RecordActionScreens: Sendable {
    let plan: RecordPlan
    private var forms: RecordFormScreens { RecordFormScreens(plan: plan) }
    private var record: RecordType { plan.record }
    private var store: RecordStore { RecordStore(plan: plan) }

    /// The form or the question of an action.
    func ask(_ action: RecordAction, _ request: MspRequest) async throws -> PageResponse {
        let proposals = ReferenceProposals(plan: plan, fields: action.fields)
        if let proposed = try await proposals.answer(request, of: try plan.subject(request)) { return proposed }
        return try await question(action, request, texts: nil, refusal: nil)
    }

    func act(_ action: RecordAction, _ request: MspRequest) async throws -> PageResponse {
        let id = try plan.subject(request)
        let form = request.web.form
        let href = plan.href(id, request.msp)
        let expected = form["revision"].flatMap { Int($0) }.map { Set([$0]) }
        do {
            return try await forms.refusing(request) {
                let answer = try await forms.once(request) { unit in
                    let (outcome, _) = try await store.act(action, id, expected: expected, unit) { _ in
                        try await forms.read(form, action.fields, of: id, unit)
                    }
                    return (outcome.href ?? "", outcome.message)
                }
                return .redirect(answer.href.isEmpty ? href : answer.href, Message(.done, answer.message))
            } again: { refusal in
                try await question(action, request, texts: RecordForm.texts(form, action.fields), refusal: refusal)
            }
        } catch is RecordStore.Outdated {
            let refusal = Refusal.conflict("stale", "Cette fiche a été modifiée entre-temps. Vérifiez-la, puis recommencez.")
            return try await question(action, request, texts: RecordForm.texts(form, action.fields), refusal: refusal)
        }
    }

    private func question(_ action: RecordAction, _ request: MspRequest, texts: [String: [String]]?, refusal: Refusal?) async throws
        -> PageResponse
    {
        let id = try plan.subject(request)
        let options = ReferenceOptions(choicesOf: action.fields)
        let (reading, row) = try await forms.one(request, id, options)
        var recalled: [String] = []
        if let recall = action.recall {
            recalled = try recall.say(try await request.read(all: recall.queries(request.msp.id, id)).results, reading.access)
        }
        let told = recalled
        let base = request.path(plan.listPath)
        let href = plan.href(id, request.msp)
        if refusal == nil {
            if row.archivedAt != nil { throw Refusal.conflict("archived", "Cette fiche est archivée. Rétablissez-la avant d’agir.") }
            guard plan.allows(action, row.values) else {
                throw Refusal.conflict(
                    "state", "Dans l’état « \(plan.state(row.values)?.label ?? "") », l’action « \(action.label) » n’est pas possible.")
            }
        }
        var form = RecordForm(
            fields: action.fields,
            texts: texts ?? RecordForm.texts(prefilled(action, row.values), action.fields, zone: reading.access.msp.timeZone),
            options: try options.names(reading.results.dropFirst(), plan.catalog, reading.access), action: "\(href)/\(action.path)",
            cancelHref: href,
            submit: action.label,
            hidden: [(name: "_key", value: Token.make().text)])
        try await forms.recognise(&form, of: id, request, reading.access)
        form.explain(refusal)
        let title = plan.title(row.values, titles: row.titles)
        let shown = form
        return .page(
            Page(
                access: reading.access, title: "\(action.label)\u{00A0}: \(title)",
                crumbs: plan.crumbs(base) + [Crumb(title, href: href)], status: refusal?.status ?? 200,
                body: { h in
                    if let confirmation = action.confirmation { h.p(.class("prose"), text: confirmation) }
                    for line in told { h.p(.class("prose"), text: line) }
                    shown.draw(h, access: reading.access)
                }))
    }

    /// What the record already says of a field of the same name, else the action's own default.
    private func prefilled(_ action: RecordAction, _ values: RecordValues) -> RecordValues {
        var filled = RecordValues()
        for field in action.fields {
            let known = record.field(field.name) == nil ? FieldValue.null : values[field.name]
            filled[field.name] = known.isEmpty ? field.initialValue : known
        }
        return filled
    }

    /// Archives or restores, and says so.
    func archive(_ archived: Bool, _ request: MspRequest) async throws -> PageResponse {
        let id = try plan.subject(request)
        let forms = forms
        let words = record.words
        let ending = words.isFeminine ? "e" : ""
        let participle = (archived ? "archivé" : "rétabli") + ending
        let saved = try await ConstraintFaults.explaining(record) {
            try await request.write { unit in try await store.archive(id, archived, expected: nil, unit) }
        }
        return .redirect(plan.href(id, request.msp), Message(.done, forms.saidOf(saved, participle)))
    }
}
