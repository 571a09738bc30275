/// A record declared once. From it come the list, the page, the form, the history, the JSON API, its
/// OpenAPI description and the conformance tests (architecture section 5).
public struct RecordType: Sendable {
    /// `module.noun`, e.g. `facilitation.meeting`: also the type in the audit trail and the ledger.
    public let id: String
    /// Qualified table, e.g. `facilitation.meeting`: `msp_id`, `id`, `revision`, `created_at`, `updated_at`,
    /// `created_by`, `updated_by` and `archived_at` are always there.
    public let table: String
    public let words: RecordWords
    /// HTML segment below the module's path, French plural: `reunions`.
    public let path: String
    /// API segment below the module's id, English plural: `meetings`.
    public let apiPath: String
    public let fields: [RecordField]
    /// Field whose value names the object.
    public let titleField: String
    /// Fields whose values together name the object in titles and messages, for one that a single field does not name: a person.
    public let namedBy: [String]
    /// Ways from an object's page to a page about it.
    public let links: [RecordLink]
    /// Main act of the list; nil where that is the form of a new record.
    public let journey: RecordJourney?
    /// Fields shown as columns of the list, the name first.
    public let columns: [String]
    /// Fields the search box looks into; those of codes by what the codes are called.
    public let search: [String]
    /// Fields told beside the name where the search over all modules finds an object; nil for a record that it does not look into.
    public let findable: [String]?
    /// Figures counted from its rows.
    public let counts: [RecordCount]
    /// Default order; the id is always the last criterion.
    public let order: RecordOrder
    public let permissions: RecordPermissions
    /// Field that holds the state, with its states.
    public let workflow: Workflow?
    /// The declared ones, then those of the deadlines.
    public let actions: [RecordAction]
    /// Days by which something of it is to be done.
    public let deadlines: [RecordDeadline]
    /// Files of an object.
    public let files: [RecordFiles]
    /// Documents made of an object.
    public let papers: [Paper]
    /// French names of acts in the history that are no actions of the record, by the last part of their name in the trail:
    /// `note` is « Note ajoutée ».
    public let verbs: [String: String]
    /// Rules over several fields; runs on the complete new values, before any statement.
    public let check: @Sendable (_ new: RecordValues, _ old: RecordValues?) -> [FieldFault]
    /// Completes the values and adds consequences, in the same transaction, before the row is written.
    public let prepare: @Sendable (_ new: RecordValues, _ old: RecordValues?, _ id: Identifier, WriteUnit) async throws -> RecordValues
    /// Adds the consequences that read the row as it was created or changed, in the same transaction.
    public let settle: @Sendable (_ id: Identifier, WriteUnit) async throws -> Void
    /// Rules and consequences of archiving (true) and of restoring, in the same transaction, before the row changes.
    public let retire: @Sendable (_ values: RecordValues, _ isArchived: Bool, WriteUnit) async throws -> Void
    /// Parts of the object's page, in their order; what none of them shows follows by itself.
    public let panels: [RecordPanel]
    /// Lists of lines that live under the record.
    public let lines: [Lines]
    /// Which rows a caller sees; nil for all of the MSP.
    public let reading: RowRule?
    /// True for a sheet that each MSP has once: its id is the MSP's own (a check of its table says so), its address has none, and it
    /// stands in no list.
    public let isSheet: Bool

    public init(
        id: String, table: String, words: RecordWords, path: String, apiPath: String, fields: [RecordField], titleField: String,
        columns: [String], search: [String], findable: [String]? = nil, order: RecordOrder, permissions: RecordPermissions,
        workflow: Workflow? = nil,
        actions: [RecordAction] = [], verbs: [String: String] = [:],
        check: @escaping @Sendable (RecordValues, RecordValues?) -> [FieldFault] = { _, _ in [] },
        prepare: @escaping @Sendable (RecordValues, RecordValues?, Identifier, WriteUnit) async throws -> RecordValues = { new, _, _, _ in
            new
        },
        settle: @escaping @Sendable (Identifier, WriteUnit) async throws -> Void = { _, _ in },
        retire: @escaping @Sendable (RecordValues, Bool, WriteUnit) async throws -> Void = { _, _, _ in },
        panels: [RecordPanel] = [], namedBy: [String] = [], links: [RecordLink] = [],
        journey: RecordJourney? = nil, lines: [Lines] = [], deadlines: [RecordDeadline] = [], files: [RecordFiles] = [],
        papers: [Paper] = [], isSheet: Bool = false, counts: [RecordCount] = [], reading: RowRule? = nil
    ) {
        self.id = id
        self.table = table
        self.words = words
        self.path = path
        self.apiPath = apiPath
        self.fields = fields
        self.titleField = titleField
        self.columns = columns
        self.search = search
        self.order = order
        self.permissions = permissions
        self.workflow = workflow
        self.actions = actions + deadlines.flatMap { $0.actions(of: id, permissions) }
        self.deadlines = deadlines
        self.verbs = files.reduce(into: [:]) { $0.merge($1.verbs) { first, _ in first } }.merging(verbs) { _, own in own }
        self.files = files
        self.papers = papers
        self.check = check
        self.prepare = prepare
        self.settle = settle
        self.retire = retire
        self.panels = panels
        self.namedBy = namedBy.isEmpty ? [titleField] : namedBy
        self.links = links
        self.journey = journey
        self.lines = lines
        self.reading = reading
        self.isSheet = isSheet
        self.findable = findable
        self.counts = counts
    }

    /// A field by its API name.
    public func field(_ name: String) -> RecordField? { fields.first { $0.name == name } }

    /// A paper by its name.
    public func paper(_ name: String) -> Paper? { papers.first { $0.name == name } }

    /// Its deadlines as they stand for one object.
    public func standings(_ values: RecordValues, marks: [DeadlineMark], zone: String) -> [DeadlineStanding] {
        let state = workflow.flatMap { values.text($0.field) }
        return deadlines.compactMap { DeadlineStanding($0, values, state: state, marks: marks, zone: zone) }
    }
}

/// The journey that a list begins with, where a plain form is not the usual way in.
public struct RecordJourney: Sendable {
    /// An infinitive: « Planifier ».
    public let label: String
    public let permission: String
    /// Path below the MSP.
    public let path: String

    public init(_ label: String, permission: String, path: String) {
        self.label = label
        self.permission = permission
        self.path = path
    }
}

/// A way from an object's page to a page about it.
public struct RecordLink: Sendable {
    public let label: String
    /// Permission without which the way is not shown.
    public let permission: String
    /// Path below the MSP; nil where there is nothing to go to.
    public let path: @Sendable (Identifier, RecordValues) -> String?

    public init(_ label: String, permission: String, path: @escaping @Sendable (Identifier, RecordValues) -> String?) {
        self.label = label
        self.permission = permission
        self.path = path
    }
}

/// French words of a record.
public struct RecordWords: Sendable {
    /// « réunion », « réunions ».
    public let singular: String
    public let plural: String
    /// True for « une réunion ».
    public let isFeminine: Bool
    /// One sentence on what the list is for, shown when it is empty.
    public let purpose: String
    /// Title of the list, the word of the menu too.
    public let title: String

    /// - Parameter title: « Réunions », the plural, unless said otherwise.
    public init(_ singular: String, _ plural: String, isFeminine: Bool, purpose: String, title: String? = nil) {
        self.title = title ?? plural.firstCapital
        self.singular = singular
        self.plural = plural
        self.isFeminine = isFeminine
        self.purpose = purpose
    }
}

/// Order of a list.
public struct RecordOrder: Sendable, Equatable {
    public let field: String
    public let descending: Bool

    public init(_ field: String, descending: Bool = false) {
        self.field = field
        self.descending = descending
    }
}

/// Permission of each act; nil means that nobody may do it this way.
public struct RecordPermissions: Sendable {
    public let read: String
    public let create: String?
    public let update: String?
    /// Archiving and restoring; nothing is destroyed.
    public let archive: String?

    public init(read: String, create: String?, update: String?, archive: String?) {
        self.read = read
        self.create = create
        self.update = update
        self.archive = archive
    }
}

/// One object as a page sees it.
public struct RecordView: Sendable {
    public let access: Access
    public let id: Identifier
    public let revision: Int
    public let values: RecordValues
    /// Names of the records that reference fields point to, by field.
    public let titles: [String: String]
    public let now: Instant
    /// Absolute path of the object.
    public let href: String

    public init(
        access: Access, id: Identifier, revision: Int, values: RecordValues, titles: [String: String], now: Instant, href: String
    ) {
        self.access = access
        self.id = id
        self.revision = revision
        self.values = values
        self.titles = titles
        self.now = now
        self.href = href
    }
}
