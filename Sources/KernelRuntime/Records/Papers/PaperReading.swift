@_spi(Runtime) import Kernel
import KernelUI

/// One paper of one object: its statements, and what their answers make of it. Pages, programs and acts come through here.
struct PaperReading: Sendable {
    let plan: RecordPlan
    let paper: Paper
    private var record: RecordType { plan.record }

    /// What the answers say.
    struct Found {
        let view: PaperView
        /// The sealed copy that is the paper now.
        let kept: Identifier?
        let rows: [String: [RecordRow]]
        let fields: FieldDrawing
        let lines: [String: LinesPlan]
    }

    // MARK: Statements

    /// The record with the names of what it refers to, its sealed copy, its lines, then the paper's own statements, for the house.
    func queries(_ msp: Identifier, _ id: Identifier) throws -> [Query] {
        [try plan.object(msp: msp, id, bound: false)] + (try others(msp, id))
    }

    private func others(_ msp: Identifier, _ id: Identifier) throws -> [Query] {
        [try standing(msp, id)] + (try plan.lineQueries(msp: msp, id)) + paper.queries(msp, id)
    }

    /// The same for a caller, with what else is read.
    func read(_ request: MspRequest, _ id: Identifier, and more: [Query] = []) async throws -> Reading {
        let msp = request.msp.id
        return try await request.read(plan, and: try others(msp, id) + more) { bound in [try plan.object(msp: msp, id, bound: bound)] }
    }

    /// The file of the copy that stands: what a statement of the module says, a column of the record, else the newest copy.
    private func standing(_ msp: Identifier, _ id: Identifier) throws -> Query {
        guard let seal = paper.seal else { return Query("select null::uuid where false") }
        if let file = seal.file { return file(msp, id) }
        if let column = seal.column {
            return Query(
                "select " + (try SQL.identifier(column)) + " from " + (try SQL.identifier(record.table))
                    + " where \"msp_id\" = $1 and \"id\" = $2", .id(msp), .id(id))
        }
        return Query(
            """
            select file_id from kernel.record_file
            where msp_id = $1 and record = $3 and object_id = $2 and slot = $4 and replaced_at is null and removed_at is null
            """, .id(msp), .id(id), .text(record.id), .text(paper.name))
    }

    /// Number of the last sealed copy; an act asks it.
    func lastVersion(_ msp: Identifier, _ id: Identifier) -> Query {
        Query(
            """
            select coalesce(max(version), 0) from kernel.record_file
            where msp_id = $1 and record = $3 and object_id = $2 and slot = $4
            """, .id(msp), .id(id), .text(record.id), .text(paper.name))
    }

    // MARK: Answers

    /// Throws 404 without such an object, and for whoever may not read it.
    /// - Parameters:
    ///   - moment: why the paper is asked for; nil where a sealed copy is given if one stands.
    ///   - after: values that take the place of those that stand.
    func found(
        _ results: [ResultSet], _ id: Identifier, _ access: Access, now: Instant, moment: PaperView.Moment? = nil,
        after: RecordValues? = nil
    ) throws -> Found {
        guard let first = results.first?.first, results.count > 1 else { throw Refusal.notFound }
        let row = try RecordRow(first, plan, titled: try plan.titled, for: access)
        let values = after ?? row.values
        let titles = row.titles.filter { values[$0.key] == row.values[$0.key] }
        var rows: [String: [RecordRow]] = [:]
        let shown = plan.shownLines
        for (lines, answer) in zip(shown, results.dropFirst(2)) { rows[lines.lines.name] = try lines.rows(answer, of: id, for: access) }
        let kept: Identifier? = try results[1].first?[0] ?? nil
        let stands = moment == nil && kept != nil && (paper.seal?.stands(values) ?? false)
        let view = PaperView(
            access: access, id: id, values: values, title: plan.title(values, titles: titles),
            lines: rows.mapValues { $0.map { Line(id: $0.id, values: $0.values) } }, results: Array(results.dropFirst(2 + shown.count)),
            now: now, moment: moment ?? (stands ? .kept : .day))
        return Found(
            view: view, kept: stands ? kept : nil, rows: rows,
            fields: FieldDrawing(plan: plan, access: access, values: values, titles: titles),
            lines: Dictionary(shown.map { ($0.lines.name, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    /// What the paper says. What it must show and does not is refused, unless a copy is kept already.
    func content(_ found: Found) throws -> PaperContent {
        let content = try paper.content(found.view) { try parts($0, found) }
        if found.view.moment != .kept,
            let refusal = PaperNeeds(plan: plan, paper: paper).refusal(found.view.values, found.rows.mapValues(\.count))
        {
            throw refusal
        }
        return content
    }

    /// The document for paper, with the name of its file.
    func document(_ content: PaperContent, _ access: Access, at: Instant, seal: PaperCopy.Seal? = nil) -> NamedDocument {
        NamedDocument(
            PrintDocument(content, title: paper.title, of: access.msp, copy: copy(access, at: at, seal: seal)),
            name: content.file ?? paper.path)
    }

    func copy(_ access: Access, at: Instant, seal: PaperCopy.Seal? = nil) -> PaperCopy {
        PaperCopy(made: seal == nil ? French.mediumDate(access.local(at).date) : French.dateTime(access.local(at)), seal: seal)
    }

    // MARK: Sections of what the record declares

    private func parts(_ section: PaperSection, _ found: Found) throws -> [PaperPart] {
        switch section {
        case .facts(let title, let names):
            let facts = PaperPart.facts(
                names.compactMap(record.field).map { (found.fields.label($0), found.fields.shown($0)) })
            return title.map { [.section($0, [facts])] } ?? [facts]
        case .text(let name):
            guard let field = record.field(name) else { return [] }
            return [.section(found.fields.label(field), [.text(found.fields.shown(field))])]
        case .lines(let name, let columns): return lines(name, columns, found)
        case .signatures(let labels): return [.signatures(labels)]
        case .signaturesOf(let name):
            guard let lines = found.lines[name] else { return [] }
            return [.signatures((found.rows[name] ?? []).map(lines.title))]
        case .custom(let make): return try make(found.view)
        }
    }

    private func lines(_ name: String, _ columns: [String]?, _ found: Found) -> [PaperPart] {
        guard let lines = found.lines[name], let rows = found.rows[name] else { return [] }
        let fields = (columns ?? lines.lines.columns).compactMap(lines.lines.field)
        let cells = rows.map { row in
            let drawing = FieldDrawing(plan: lines.row, access: found.view.access, values: row.values, titles: row.titles)
            return fields.map { drawing.shown($0) ?? "" }
        }
        let heads = fields.map { PaperColumn($0.label, $0.kind.isNumber ? .number : .text) }
        return [.section(lines.lines.words.title, [.table(PaperTable(lines.lines.words.title, heads, cells))])]
    }
}

/// What a paper must show, compared with what an object has.
struct PaperNeeds {
    let plan: RecordPlan
    let paper: Paper

    /// French sentences of what is missing.
    /// - Parameter lines: number of lines by list; nil where they were not counted.
    func missing(_ values: RecordValues, _ lines: [String: Int]?) -> [FieldFault] {
        paper.needs.compactMap { need in
            switch need {
            case .field(let name, let says):
                guard let field = plan.record.field(name), values[name].isEmpty else { return nil }
                return FieldFault(name, says ?? "Renseignez d’abord «\u{A0}\(field.label)\u{A0}».")
            case .lines(let name, let least, let says):
                guard let lines, let words = plan.record.lines.first(where: { $0.name == name })?.words, (lines[name] ?? 0) < least else {
                    return nil
                }
                let few = least == 1 ? "au moins \(words.isFeminine ? "une" : "un") \(words.singular)" : "au moins \(least) \(words.plural)"
                return FieldFault(name, says ?? "Ajoutez d’abord \(few).")
            }
        }
    }

    func refusal(_ values: RecordValues, _ lines: [String: Int]) -> Refusal? {
        let missing = missing(values, lines)
        guard !missing.isEmpty else { return nil }
        return Refusal(
            status: 409, code: "incomplete",
            message:
                "Le document «\u{A0}\(paper.title)\u{A0}» ne peut pas encore être établi. \(missing.map(\.message).joined(separator: " "))",
            faults: missing)
    }
}
