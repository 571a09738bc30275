import HTML
import Kernel
import KernelUI

/// The forms of a record on screen: creating, changing, acting.
struct RecordFormScreens: Sendable {
    let plan: RecordPlan

    var record: RecordType { plan.record }
    var words: RecordWords { record.words }
    var store: RecordStore { RecordStore(plan: plan) }
    var inputs: RecordFileInputs { RecordFileInputs(plan: plan) }

    // MARK: Creating

    func blank(_ request: MspRequest) async throws -> PageResponse {
        if let proposed = try await ReferenceProposals(plan: plan, fields: plan.writable(creating: true)).answer(request, of: nil) {
            return proposed
        }
        return try await creation(request, texts: nil, refusal: nil)
    }

    func create(_ request: MspRequest) async throws -> PageResponse {
        let fields = plan.writable(creating: true)
        let form = request.web.form
        let base = request.path(plan.listPath)
        let (plan, place) = (plan, request.msp)
        return try await refusing(request) {
            let files = try await inputs.checked(request)
            let answer = try await once(request) { unit in
                let values = try await read(form, fields, of: nil, unit)
                let saved = try await store.create(values, unit)
                try await inputs.put(files, on: saved.id, unit)
                return (plan.href(saved.id, place), saidOf(saved, words.isFeminine ? "enregistrée" : "enregistré"))
            }
            return .redirect(form["_next"] == "another" ? "\(base)/nouveau?_autre=1" : answer.href, Message(.done, answer.message))
        } again: { refusal in
            try await creation(request, texts: RecordForm.texts(form, fields), refusal: refusal)
        }
    }

    private func creation(_ request: MspRequest, texts: [String: [String]]?, refusal: Refusal?) async throws -> PageResponse {
        let fields = plan.writable(creating: true)
        let options = ReferenceOptions(choicesOf: fields)
        let reading = try await request.read(all: try options.queries(msp: request.msp.id, of: nil, plan.catalog))
        let base = request.path(plan.listPath)
        var form = RecordForm(
            fields: fields, texts: texts ?? proposed(request.web.query, fields, zone: reading.access.msp.timeZone),
            options: try options.names(reading.results[...], plan.catalog, reading.access), action: "\(base)/nouveau", cancelHref: base,
            submit: "Enregistrer",
            hidden: [(name: "_key", value: Token.make().text)])
        form.another = words.isFeminine ? "une autre" : "un autre"
        form.files = plan.slots(for: reading.access, plan.defaults)
        keepOwn(&form, reading.access)
        try await recognise(&form, of: nil, request, reading.access)
        form.explain(refusal)
        return .page(
            page(
                reading.access, "Ajouter \(words.isFeminine ? "une" : "un") \(words.singular)", form, refusal,
                crumbs: plan.crumbs(base)))
    }

    /// The usual values, and those that the link to the form proposes: a page may lead to a form that is half filled in.
    private func proposed(_ query: FormValues, _ fields: [RecordField], zone: String) -> [String: [String]] {
        let given = query.names
        return RecordForm.texts(plan.defaults, fields, zone: zone)
            .merging(RecordForm.texts(query, fields.filter { given.contains($0.name) })) { _, proposed in proposed }
    }

    // MARK: Changing

    func edit(_ request: MspRequest) async throws -> PageResponse {
        let proposals = ReferenceProposals(plan: plan, fields: plan.writable(creating: false))
        if let proposed = try await proposals.answer(request, of: try plan.subject(request)) { return proposed }
        return try await edition(request, typed: nil, refusal: nil)
    }

    func update(_ request: MspRequest) async throws -> PageResponse {
        let id = try plan.subject(request)
        let fields = plan.writable(creating: false)
        let form = request.web.form
        guard let revision = form["revision"].flatMap({ Int($0) }) else {
            throw Refusal.malformed("revision_missing", "Ce formulaire est incomplet. Rechargez la page, puis recommencez.")
        }
        do {
            return try await refusing(request) {
                let files = try await inputs.checked(request)
                let answer = try await once(request) { unit in
                    let saved = try await store.update(id, expected: [revision], unit) { _ in
                        try await read(form, fields, of: id, unit)
                    }
                    try await inputs.put(files, on: id, unit)
                    return ("", saidOf(saved, words.isFeminine ? "enregistrée" : "enregistré"))
                }
                return .redirect(plan.href(id, request.msp), Message(.done, answer.message))
            } again: { refusal in
                try await edition(request, typed: RecordForm.texts(form, fields), refusal: refusal)
            }
        } catch is RecordStore.Outdated {
            return try await compare(request, id, fields)
        }
    }

    private func edition(_ request: MspRequest, typed: [String: [String]]?, refusal: Refusal?) async throws -> PageResponse {
        let id = try plan.subject(request)
        let fields = plan.writable(creating: false)
        let options = ReferenceOptions(choicesOf: fields)
        let (reading, row) = try await one(request, id, options)
        let base = request.path(plan.listPath)
        let href = plan.href(id, request.msp)
        if row.archivedAt != nil { throw Refusal.conflict("archived", "Cette fiche est archivée. Rétablissez-la avant de la modifier.") }
        guard plan.isEditable(row.values) else {
            throw Refusal.conflict(
                "not_editable", "Dans l’état « \(plan.state(row.values)?.label ?? "") », cette fiche ne peut plus être modifiée.")
        }
        var form = RecordForm(
            fields: fields, texts: typed ?? RecordForm.texts(row.values, fields, zone: reading.access.msp.timeZone),
            options: try options.names(reading.results.dropFirst(), plan.catalog, reading.access), action: "\(href)/modifier",
            cancelHref: href, submit: "Enregistrer",
            // A refused form keeps the revision that it was filled in from.
            hidden: [
                (name: "revision", value: request.web.form["revision"] ?? "\(row.revision)"), (name: "_key", value: Token.make().text),
            ])
        form.files = plan.slots(for: reading.access, row.values)
        try await recognise(&form, of: id, request, reading.access)
        form.explain(refusal)
        let title = plan.title(row.values, titles: row.titles)
        return .page(
            page(
                reading.access, "Modifier\u{00A0}: \(title)", form, refusal,
                crumbs: plan.crumbs(base) + [Crumb(title, href: href)]))
    }

    /// Both versions, field by field (ui-conventions 6).
    private func compare(_ request: MspRequest, _ id: Identifier, _ fields: [RecordField]) async throws -> PageResponse {
        let options = ReferenceOptions(choicesOf: fields)
        let (reading, row) = try await one(request, id, options)
        let base = request.path(plan.listPath)
        let href = plan.href(id, request.msp)
        let page = RecordComparison(
            plan: plan, access: reading.access, fields: fields, mine: request.web.form, current: row,
            options: try options.names(reading.results.dropFirst(), plan.catalog, reading.access), href: href,
            crumbs: plan.crumbs(base) + [Crumb(plan.title(row.values, titles: row.titles), href: href)], cancelHref: href)
        return .page(page.page)
    }

    // MARK: Shared steps

    /// Whoever gives rows to nobody else is offered nobody else.
    private func keepOwn(_ form: inout RecordForm, _ access: Access) {
        guard let rule = record.reading, case .own(let name) = rule.kind, rule.bindsGiving(access), let own = access.professional else {
            return
        }
        form.options[name] = [ReferenceOptions.Option(id: own, title: access.displayName)]
        form.texts[name] = [own.description]
    }

    /// The object with the names it refers to, and the choices of some fields, in one round trip.
    func one(_ request: MspRequest, _ id: Identifier, _ options: ReferenceOptions) async throws -> (Reading, RecordRow) {
        let reading = try await request.read(plan, and: try options.queries(msp: request.msp.id, of: id, plan.catalog)) { bound in
            [try plan.object(msp: request.msp.id, id, bound: bound)]
        }
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        return (reading, try RecordRow(row, plan, titled: try plan.titled, for: reading.access))
    }

    /// - Parameter subject: the record that the form is about; nil for a new one.
    func read(_ form: FormValues, _ fields: [RecordField], of subject: Identifier?, _ unit: WriteUnit) async throws -> RecordValues {
        try await RecordFormReader.read(form, fields: fields, zone: unit.access.msp.timeZone) { target, name in
            guard plan.catalog.mayRead(target, unit.access) else { return nil }
            return try await RecordFormReader.find(target, name, of: subject, plan.catalog, unit)
        }
    }

    func saidOf(_ saved: RecordStore.Saved, _ participle: String) -> String {
        if plan.record.isSheet { return "\(words.isFeminine ? "La" : "Le") \(words.singular) est \(participle)." }
        // A person is no thing between quotation marks.
        if plan.record.namedBy.count > 1 {
            let agreed = words.isFeminine ? participle : "\(participle)e"
            return "La fiche de \(plan.title(saved.values)) est \(agreed)."
        }
        return "\(words.singular.firstCapital) «\u{00A0}\(plan.title(saved.values))\u{00A0}» \(participle)."
    }

    func page(_ access: Access, _ title: String, _ form: RecordForm, _ refusal: Refusal?, crumbs: [Crumb]) -> Page {
        Page(access: access, title: title, crumbs: crumbs, status: refusal?.status ?? 200, body: { h in form.draw(h, access: access) })
    }

    /// Shows the form again, values kept, when a rule or the state of things refuses it.
    func refusing(
        _ request: MspRequest, _ body: () async throws -> PageResponse, again: (Refusal) async throws -> PageResponse
    ) async throws -> PageResponse {
        do {
            return try await ConstraintFaults.explaining(record, body)
        } catch let refusal as Refusal where refusal.status == 422 || refusal.status == 409 {
            return try await again(refusal)
        }
    }

    /// A form sent twice acts once: its hidden key keeps where the first one led.
    func once(
        _ request: MspRequest, _ body: @escaping @Sendable (WriteUnit) async throws -> (href: String, message: String)
    ) async throws -> (href: String, message: String) {
        guard let text = request.web.form["_key"], (1...200).contains(text.utf8.count) else { return try await request.write(body) }
        let key = Idempotency(route: "form \(request.web.path)", key: text, digest: request.web.bodyDigest)
        return try await request.write { unit in
            switch try await key.claim(unit) {
            case .replay(let answer):
                return (
                    answer.headers.first { $0.name == "location" }?.value ?? "", answer.headers.first { $0.name == "message" }?.value ?? ""
                )
            case .otherContent:
                throw Refusal.conflict(
                    "already_sent", "Ce formulaire a déjà été enregistré une fois. Vérifiez la liste avant de l’enregistrer à nouveau.")
            case .first:
                let answer = try await body(unit)
                key.keep(
                    Idempotency.Answer(
                        status: 303, headers: [(name: "location", value: answer.href), (name: "message", value: answer.message)], body: []),
                    unit)
                return answer
            }
        }
    }
}

extension RecordForm {
    /// Takes over what a refusal said: beside the fields when it names some, above the form otherwise.
    mutating func explain(_ refusal: Refusal?) {
        guard let refusal else { return }
        faults = refusal.faults
        if refusal.faults.isEmpty { remark = refusal.message }
    }
}
