import Kernel
import KernelUI

/// What all faces of one record share: the declaration, where it lives, and its statements.
struct RecordPlan: Sendable {
    let record: RecordType
    let module: ModuleManifest
    let catalog: RecordCatalog
    /// Statements, or the error of a name that is no identifier: such a record answers nothing.
    private let prepared: Result<RecordSQL, PostgresError>

    /// Lists of lines under the record, with their own statements.
    let lines: [LinesPlan]

    init(record: RecordType, module: ModuleManifest, catalog: RecordCatalog, archives: Bool = true) {
        self.record = record
        self.module = module
        self.catalog = catalog
        prepared = Result { () throws(PostgresError) in try RecordSQL(record, archives: archives, rule: catalog.ownRows) }
        lines = record.lines.map { LinesPlan($0, of: record, module: module, catalog: catalog) }
    }

    var sql: RecordSQL {
        get throws(PostgresError) { try prepared.get() }
    }

    /// Fields that a person or a program may give.
    func writable(creating: Bool) -> [RecordField] { record.fields.filter { !$0.isReadOnly && (creating || !$0.isFixed) } }

    /// HTML address of the list, below the MSP's own.
    var listPath: String { "\(module.path)/\(record.path)" }

    /// HTML address of one object below the module's path, as routes name it; the sheet of an MSP needs no id.
    var onePath: String { record.isSheet ? record.path : "\(record.path)/:id" }

    /// API address of one object below the module's id, as routes name it.
    var oneApiPath: String { record.isSheet ? record.apiPath : "\(record.apiPath)/:id" }

    /// The object that an address is about.
    func subject(_ request: MspRequest) throws -> Identifier { record.isSheet ? request.msp.id : try request.web.id("id") }

    /// HTML address of an object, below the MSP's own.
    func path(of id: Identifier) -> String { record.isSheet ? listPath : "\(listPath)/\(id)" }

    /// Absolute HTML address of an object.
    func href(_ id: Identifier, _ msp: some MspAddress) -> String { msp.path(path(of: id)) }

    /// Absolute API address of an object.
    func apiHref(_ id: Identifier, _ msp: Identifier) -> String { apiPath(msp) + (record.isSheet ? "" : "/\(id)") }

    /// The way back to the list; the sheet of an MSP stands in none.
    func crumbs(_ base: String) -> [Crumb] { record.isSheet ? [] : [Crumb(record.words.title, href: base)] }

    /// Absolute API address of the collection.
    func apiPath(_ msp: Identifier) -> String { "/api/v1/msps/\(msp)/\(module.id)/\(record.apiPath)" }

    /// Values of a new record before anything is typed.
    var defaults: RecordValues {
        RecordValues(Dictionary(record.fields.map { ($0.name, $0.initialValue) }, uniquingKeysWith: { first, _ in first }))
    }

    /// The state a record is in, when it has states.
    func state(_ values: RecordValues) -> Workflow.State? {
        guard let workflow = record.workflow, let code = values.text(workflow.field) else { return nil }
        return workflow.state(code)
    }

    /// Whether the form may change the record in its state.
    func isEditable(_ values: RecordValues) -> Bool {
        guard let workflow = record.workflow else { return true }
        return values.text(workflow.field).map(workflow.editable.contains) ?? true
    }

    /// Whether an action is possible in the record's state.
    func allows(_ action: RecordAction, _ values: RecordValues) -> Bool {
        guard let from = action.from, let workflow = record.workflow else { return true }
        return values.text(workflow.field).map(from.contains) ?? false
    }

    /// Name of the object, for titles and messages.
    func title(_ values: RecordValues, titles: [String: String] = [:]) -> String {
        if record.isSheet { return record.words.title }
        if record.namedBy.count > 1 { return record.namedBy.compactMap { values.text($0) }.joined(separator: " ") }
        if let title = titles[record.titleField] { return title }
        guard let text = values.text(record.titleField) else { return record.words.singular }
        // A code is told by its label.
        guard let field = record.field(record.titleField), case .choice = field.kind else { return text }
        return field.label(of: text, workflow: record.workflow)
    }
}

extension RecordAction {
    /// Whether it may be sent without a word: it asks nothing, or nothing that must be told.
    var demandsNothing: Bool { fields.allSatisfy { !$0.isRequired } }
}

extension RecordField {
    /// Default, with no codes at all in place of null for a list of codes.
    var initialValue: FieldValue {
        defaultValue.isNull ? kind.nothing : defaultValue
    }

    /// What a reference points to, or each of several; nil for other fields.
    var target: ReferenceTarget? {
        switch kind {
        case .reference(let target), .references(let target, _): target
        default: nil
        }
    }

    /// Whether it holds several references.
    var isMany: Bool { if case .references = kind { true } else { false } }

    /// Where several references are kept.
    var links: LinkTable? { if case .references(_, let links) = kind { links } else { nil } }

    /// French word for a code of this field.
    func label(of code: String, workflow: Workflow?) -> String {
        if let workflow, workflow.field == name, let state = workflow.state(code) { return state.label }
        switch kind {
        case .choice(let list), .choices(let list): return list.label(code)
        default: return code
        }
    }
}

extension RecordType {
    /// Fields that the row itself holds.
    var writtenFields: [RecordField] { storedFields.filter { $0.links == nil } }

    /// Fields with a column of their own; the others look at the column of an earlier one.
    var storedFields: [RecordField] {
        var columns: Set<String> = []
        return fields.filter { columns.insert($0.column).inserted }
    }
}
