import HTML
import Kernel
import KernelUI

/// Adding, changing, moving and removing the lines of a record on screen, with the forms of records.
struct LineScreens: Sendable {
    let plan: RecordPlan
    let lines: LinesPlan

    private var declared: Lines { lines.lines }
    private var words: RecordWords { declared.words }
    private var forms: RecordFormScreens { RecordFormScreens(plan: lines.row) }
    private var store: LineStore { LineStore(plan: plan, lines: lines) }

    /// The routes below the record's own address.
    func routes(_ one: String) -> [PageRoute] {
        guard let permission = declared.write else { return [] }
        let base = "\(one)/\(declared.path)"
        let line = "\(base)/:line"
        var routes: [PageRoute] = []
        if declared.checklist == nil {
            routes += [
                PageRoute(.get, "\(base)/nouveau", permission: permission) { try await creation($0, texts: nil, refusal: nil) },
                PageRoute(.post, "\(base)/nouveau", permission: permission, handle: add),
                PageRoute(.post, "\(line)/retirer", permission: permission, handle: remove),
            ]
        }
        if lines.mayChange {
            routes += [
                PageRoute(.get, "\(line)/modifier", permission: permission) { try await edition($0, typed: nil, refusal: nil) },
                PageRoute(.post, "\(line)/modifier", permission: permission, handle: change),
            ]
        }
        if declared.order.column != nil { routes.append(PageRoute(.post, "\(line)/deplacer", permission: permission, handle: move)) }
        return routes
    }

    private func proposed(_ request: MspRequest, creating: Bool) async throws -> PageResponse? {
        let proposals = ReferenceProposals(plan: plan, fields: lines.row.writable(creating: creating))
        return try await proposals.answer(request, of: try plan.subject(request))
    }

    // MARK: Adding

    private func add(_ request: MspRequest) async throws -> PageResponse {
        let parent = try plan.subject(request)
        let fields = lines.row.writable(creating: true)
        let form = request.web.form
        let place = place(request, parent)
        return try await forms.refusing(request) {
            let answer = try await forms.once(request) { unit in
                let values = try await forms.read(form, fields, of: parent, unit)
                let line = Identifier.make(at: unit.now)
                let saved = try await store.add(values, id: line, to: parent, unit)
                return (place.section, try said(line, of: parent, saved, "ajouté", unit))
            }
            return .redirect(form["_next"] == "another" ? "\(place.lines)/nouveau" : answer.href, Message(.done, answer.message))
        } again: { refusal in
            try await creation(request, texts: RecordForm.texts(form, fields), refusal: refusal)
        }
    }

    private func creation(_ request: MspRequest, texts: [String: [String]]?, refusal: Refusal?) async throws -> PageResponse {
        let parent = try plan.subject(request)
        if let proposed = try await proposed(request, creating: true) { return proposed }
        let fields = lines.row.writable(creating: true)
        let (standing, options) = try await read(request, parent, fields)
        let place = place(request, parent)
        if refusal == nil { try check(standing.record) }
        var form = RecordForm(
            fields: fields, texts: texts ?? RecordForm.texts(lines.row.defaults, fields, zone: standing.access.msp.timeZone),
            options: options, action: "\(place.lines)/nouveau", cancelHref: place.section, submit: "Ajouter",
            hidden: [(name: "_key", value: Token.make().text)])
        form.another = words.isFeminine ? "une autre" : "un autre"
        try await forms.recognise(&form, of: parent, request, standing.access)
        form.explain(refusal)
        return .page(
            forms.page(
                standing.access, "Ajouter \(words.isFeminine ? "une" : "un") \(words.singular)", form, refusal,
                crumbs: crumbs(request, standing.record)))
    }

    // MARK: Changing

    private func change(_ request: MspRequest) async throws -> PageResponse {
        let (parent, line) = (try plan.subject(request), try request.web.id("line"))
        let fields = lines.row.writable(creating: false)
        let form = request.web.form
        let place = place(request, parent)
        guard let revision = form["revision"].flatMap({ Int($0) }) else {
            throw Refusal.malformed("revision_missing", "Ce formulaire est incomplet. Rechargez la page, puis recommencez.")
        }
        do {
            return try await forms.refusing(request) {
                let answer = try await forms.once(request) { unit in
                    let saved = try await store.change(line, of: parent, seen: revision, unit) {
                        try await forms.read(form, fields, of: parent, unit)
                    }
                    return (place.section, try said(line, of: parent, saved, "enregistré", unit))
                }
                return .redirect(answer.href, Message(.done, answer.message))
            } again: { refusal in
                try await edition(request, typed: RecordForm.texts(form, fields), refusal: refusal)
            }
        } catch is RecordStore.Outdated {
            return try await compare(request, parent, line, fields)
        }
    }

    private func edition(_ request: MspRequest, typed: [String: [String]]?, refusal: Refusal?) async throws -> PageResponse {
        let (parent, line) = (try plan.subject(request), try request.web.id("line"))
        if let proposed = try await proposed(request, creating: false) { return proposed }
        let fields = lines.row.writable(creating: false)
        let (standing, options) = try await read(request, parent, fields)
        let place = place(request, parent)
        guard let row = standing.rows.first(where: { $0.id == line }) else { throw Refusal.notFound }
        if refusal == nil { try check(standing.record) }
        var form = RecordForm(
            fields: fields, texts: typed ?? RecordForm.texts(row.values, fields, zone: standing.access.msp.timeZone),
            options: options, action: "\(place.lines)/\(line)/modifier", cancelHref: place.section, submit: "Enregistrer",
            // A refused form keeps the revision that it was filled in from.
            hidden: [
                (name: "revision", value: request.web.form["revision"] ?? "\(row.revision)"), (name: "_key", value: Token.make().text),
            ])
        try await forms.recognise(&form, of: parent, request, standing.access)
        form.explain(refusal)
        return .page(
            forms.page(
                standing.access, "Modifier\u{00A0}: \(lines.title(row))", form, refusal, crumbs: crumbs(request, standing.record)))
    }

    /// Both versions, field by field (ui-conventions 6).
    private func compare(
        _ request: MspRequest, _ parent: Identifier, _ line: Identifier, _ fields: [RecordField]
    ) async throws -> PageResponse {
        let (standing, options) = try await read(request, parent, fields)
        let place = place(request, parent)
        guard let row = standing.rows.first(where: { $0.id == line }) else { throw Refusal.notFound }
        let page = RecordComparison(
            plan: lines.row, access: standing.access, fields: fields, mine: request.web.form, current: row, options: options,
            href: "\(place.lines)/\(line)", crumbs: crumbs(request, standing.record), cancelHref: place.section)
        return .page(page.page)
    }

    // MARK: Moving and removing

    private func move(_ request: MspRequest) async throws -> PageResponse {
        guard let to = request.web.form["place"].flatMap({ Int($0) }) else {
            throw Refusal.malformed("place_missing", "Ce formulaire est incomplet. Rechargez la page, puis recommencez.")
        }
        return try await acting(request) { parent, line, unit in
            try await store.move(line, of: parent, to: to, unit)
        } said: { _ in
            "L’ordre est modifié."
        }
    }

    private func remove(_ request: MspRequest) async throws -> PageResponse {
        let seen = request.web.form["revision"].flatMap { Int($0) }
        return try await acting(request) { parent, line, unit in
            try await store.remove(line, of: parent, seen: seen, unit)
        } said: { _ in
            "\(words.singular.firstCapital) retiré\(words.isFeminine ? "e" : "")."
        }
    }

    /// An act of one tap: what refuses it is told on the record's page.
    private func acting(
        _ request: MspRequest, _ body: @escaping @Sendable (Identifier, Identifier, WriteUnit) async throws -> LineStore.Saved,
        said: @escaping @Sendable (LineStore.Saved) -> String
    ) async throws -> PageResponse {
        let (parent, line) = (try plan.subject(request), try request.web.id("line"))
        let section = place(request, parent).section
        do {
            let answer = try await ConstraintFaults.explaining(lines.row.record) {
                try await forms.once(request) { unit in (section, said(try await body(parent, line, unit))) }
            }
            return .redirect(section, Message(.done, answer.message))
        } catch is RecordStore.Outdated {
            return .redirect(section, Message(.warn, "Cette ligne a été modifiée entre-temps. Vérifiez-la, puis recommencez."))
        }
    }

    // MARK: Shared steps

    private struct Standing {
        let access: Access
        let record: RecordRow
        let rows: [RecordRow]
    }

    /// The record with the names it refers to, its lines and the choices of some fields, in one round trip.
    private func read(
        _ request: MspRequest, _ parent: Identifier, _ fields: [RecordField]
    ) async throws -> (Standing, [String: [ReferenceOptions.Option]]) {
        let options = ReferenceOptions(choicesOf: fields)
        let msp = request.msp.id
        let others = [Query(try lines.sql.all, .id(msp), .id(parent))] + (try options.queries(msp: msp, of: parent, plan.catalog))
        let reading = try await request.read(plan, and: others) { bound in [try plan.object(msp: msp, parent, bound: bound)] }
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let record = try RecordRow(row, plan, titled: try plan.titled, for: reading.access)
        return (
            Standing(access: reading.access, record: record, rows: try lines.rows(reading.results[1], of: parent, for: reading.access)),
            try options.names(reading.results.dropFirst(2), plan.catalog, reading.access)
        )
    }

    private func check(_ record: RecordRow) throws {
        try RecordStore(plan: plan).checkOpen(record)
        guard plan.allows(declared, record.values) else { throw store.closed(record.values) }
    }

    private func place(_ request: MspRequest, _ parent: Identifier) -> (lines: String, section: String) {
        let record = plan.href(parent, request.msp)
        return ("\(record)/\(declared.path)", "\(record)#\(declared.path)")
    }

    private func crumbs(_ request: MspRequest, _ record: RecordRow) -> [Crumb] {
        let base = request.path(plan.listPath)
        let title = plan.title(record.values, titles: record.titles)
        return plan.crumbs(base) + [Crumb(title, href: plan.href(record.id, request.msp))]
    }

    private func said(
        _ line: Identifier, of parent: Identifier, _ saved: LineStore.Saved, _ participle: String, _ unit: WriteUnit
    ) throws -> String {
        let ending = words.isFeminine ? "e" : ""
        let row = try saved.all.map { try lines.rows($0, of: parent, for: unit.access) }?.first { $0.id == line }
        return "\(words.singular.firstCapital) «\u{00A0}\(row.map(lines.title) ?? "")\u{00A0}» \(participle)\(ending)."
    }
}
