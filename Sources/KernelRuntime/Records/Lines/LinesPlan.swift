import Kernel

/// What all faces of one list of lines share, composed once with the plan of its record: lines are rows like those of a record, so their
/// fields, forms, JSON and statements are the same code.
struct LinesPlan: Sendable {
    let lines: Lines
    /// The lines as rows.
    let row: RecordPlan
    private let prepared: Result<LinesSQL, PostgresError>

    init(_ lines: Lines, of record: RecordType, module: ModuleManifest, catalog: RecordCatalog) {
        self.lines = lines
        row = RecordPlan(record: lines.row(of: record), module: module, catalog: catalog, archives: lines.removal == .archive)
        prepared = Result { () throws(PostgresError) in try LinesSQL(lines, of: record, rule: catalog.ownRows) }
    }

    var sql: LinesSQL {
        get throws(PostgresError) { try prepared.get() }
    }

    /// API segment.
    var apiPath: String { lines.name.replacing("_", with: "-") }

    /// Whether a line has something to change once it is there.
    var mayChange: Bool { !row.writable(creating: false).isEmpty }

    /// Name of the line for titles and messages; what it refers to is named to who may read it.
    func title(_ row: RecordRow) -> String {
        guard let field = lines.columns.first.flatMap(lines.field) else { return lines.words.singular }
        return FieldText.shown(row.values[field.name], field, workflow: nil, zone: "UTC", title: row.titles[field.name])
            ?? lines.words.singular
    }

    /// Reads the rows of `LinesSQL.all`; of a checklist, those that nobody touched stand among them.
    func rows(_ results: ResultSet, of parent: Identifier, for access: Access) throws -> [RecordRow] {
        let titled = try sql.titled
        return complete(try results.map { try RecordRow($0, row, titled: titled, for: access) }, of: parent)
    }

    /// The same where nobody asks for names.
    func rows(_ results: ResultSet, of parent: Identifier) throws -> [RecordRow] {
        complete(try results.map { try RecordRow($0, row.record) }, of: parent)
    }

    /// A line that nobody touched has the revision 0, and an id that follows from its code: it is written under it.
    private func complete(_ rows: [RecordRow], of parent: Identifier) -> [RecordRow] {
        guard let checklist = lines.checklist else { return rows }
        let codes = checklist.items.codes.map(\.code)
        let known = Dictionary(rows.map { ($0.values.text(Checklist.code) ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        return codes.map { code in
            if let row = known[code] { return row }
            var values = row.defaults
            values[Checklist.code] = .text(code)
            values[Lines.ownerField] = .id(parent)
            return RecordRow(id: .derived(from: "\(row.record.id).\(parent).\(code)"), revision: 0, values: values)
        } + rows.filter { !codes.contains($0.values.text(Checklist.code) ?? "") }
    }
}

extension Lines {
    /// Unseen fields of the rows: no face shows them, no body may give them.
    static let ownerField = "_record"
    static let placeField = "_place"

    /// The lines as a record of their own that no catalog knows.
    func row(of record: RecordType) -> RecordType {
        let owner = ReferenceTarget(record: record.id, table: record.table, title: "\"id\"")
        var fields = fields + [RecordField(Self.ownerField, column: parent, .reference(owner), label: "", derived: true)]
        if let column = order.column {
            fields.append(RecordField(Self.placeField, column: column, .integer(0...10_000), label: "", derived: true))
        }
        return RecordType(
            id: "\(record.id).\(name)", table: table, words: words, path: path, apiPath: name, fields: fields,
            titleField: columns.first ?? "", columns: columns, search: [], order: RecordOrder(columns.first ?? ""),
            permissions: RecordPermissions(read: record.permissions.read, create: write, update: write, archive: write), check: check)
    }

    /// What happened to a line, by the last part of its name in the trail.
    var verbs: [String: String] {
        let ending = words.isFeminine ? "e" : ""
        let line = words.singular.firstCapital
        return [
            "add_\(one)": "\(line) ajouté\(ending)", "change_\(one)": "\(line) modifié\(ending)",
            "move_\(one)": "\(line) déplacé\(ending)", "remove_\(one)": "\(line) retiré\(ending)",
        ]
    }
}

extension LineWrite {
    /// First part of its verb in the trail.
    var verb: String {
        switch self {
        case .add: "add"
        case .change: "change"
        case .move: "move"
        case .remove: "remove"
        }
    }
}

extension RecordPlan {
    /// Whether the lines may change in the record's state.
    func allows(_ lines: Lines, _ values: RecordValues) -> Bool {
        guard let during = lines.during, let workflow = record.workflow else { return isEditable(values) }
        return values.text(workflow.field).map(during.contains) ?? false
    }

    /// Lines that pages and programs see.
    var shownLines: [LinesPlan] { lines.filter(\.lines.isShown) }

    /// Statements for the lines of one record, one for each list that is shown.
    func lineQueries(msp: Identifier, _ id: Identifier) throws(PostgresError) -> [Query] {
        var queries: [Query] = []
        for lines in shownLines { queries.append(Query(try lines.sql.all, .id(msp), .id(id))) }
        return queries
    }
}
